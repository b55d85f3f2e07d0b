//! The paths that a command declares, with the names of their variable parts.

use soar_contract::manifest::Endpoint;

/// A request as it is declared.
#[derive(Clone, Debug)]
pub(super) struct Route {
    method: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Literal(Vec<u8>),
    /// What stands there in a request is a value of this name.
    Variable(String),
}

impl Route {
    pub(super) fn of(endpoint: &Endpoint) -> Self {
        let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => Part::Variable(name.to_owned()),
            None => Part::Literal(percent_encoding::percent_decode_str(part).collect()),
        };
        Self {
            method: endpoint.method.clone(),
            parts: endpoint.path.trim_start_matches('/').split('/').map(part).collect(),
        }
    }

    /// The parts of a path that the route declares, if it is one: what stands before them is the server's base.
    pub(super) fn values<'p>(&self, method: &str, path: &'p [Vec<u8>]) -> Option<&'p [Vec<u8>]> {
        let values = path.get(path.len().checked_sub(self.parts.len())?..)?;
        let fits = |(part, value): (&Part, &Vec<u8>)| match part {
            Part::Literal(literal) => literal == value,
            Part::Variable(_) => !value.is_empty(),
        };
        (self.method == method && self.parts.iter().zip(values).all(fits)).then_some(values)
    }

    /// The variable parts of a path's values, by name.
    pub(super) fn variables<'a>(&'a self, values: &'a [Vec<u8>]) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.parts.iter().zip(values).filter_map(|(part, value)| match part {
            Part::Literal(_) => None,
            Part::Variable(name) => Some((name.as_str(), value.as_slice())),
        })
    }

    fn literals(&self) -> usize {
        self.parts.iter().filter(|part| matches!(part, Part::Literal(_))).count()
    }
}

/// The route of a request: the one that says most of it, as `users/me` does where `users/{user}` is declared, too.
pub(super) fn find(routes: &[Route], method: &str, path: &[Vec<u8>]) -> Option<usize> {
    let here = routes.iter().enumerate().filter(|(_, route)| route.values(method, path).is_some());
    here.max_by_key(|(index, route)| (route.literals(), std::cmp::Reverse(*index))).map(|(index, _)| index)
}
