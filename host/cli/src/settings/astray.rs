//! Variables that are set, and that no run heeds where one might expect it to.

use super::candidates::Candidate;
use super::{Lookup, Sources};
use crate::environment::{self, Held, held};
use crate::problem::Problem;
use soar::Settings;
use soar::manifest::ParameterKind;

impl Sources<'_> {
    /// Variables that look as if a parameter came from them, and from which none does: each with what would be right.
    ///
    /// # Errors
    /// If a variable of `--env` is of no parameter.
    pub(super) fn astray(&self, lookup: Lookup<'_>) -> Result<Vec<String>, Problem> {
        let mut astray = Vec::new();
        for parameter in self.integration.parameters.iter().filter(|_| self.environment) {
            let name = &parameter.name;
            let Some(variable) = environment::alike(self.integration, parameter, self.bundled) else { continue };
            let is_used = |found: &Candidate| found.variable.as_ref() == Some(&variable);
            if held(&variable, lookup) == Held::Nothing || self.candidates(parameter, lookup)?.iter().any(is_used) {
                continue;
            }
            let right = match environment::variable(self.integration, parameter, self.bundled) {
                Some(right) => format!("{name} comes from {right}"),
                None => {
                    format!("{name} comes from no variable; expected it in the instance file, or --set {name}=VALUE")
                }
            };
            astray.push(format!("{variable} is not used: {right}"));
        }
        Ok(astray)
    }

    /// The variables of the system's proxies that are set beside one which comes before them, if they are to be used at all.
    pub(super) fn proxies_astray(&self, settings: &Settings, lookup: Lookup<'_>) -> Vec<String> {
        let is_on = |value: &String| matches!(&*value.to_ascii_lowercase(), "true" | "yes");
        let mut switches = self.integration.of_kind(ParameterKind::Proxy);
        if !switches.any(|switch| settings.parameters.get(&switch.name).is_some_and(is_on)) {
            return Vec::new();
        }
        let is_set = |name: &str| held(name, lookup) != Held::Nothing;
        let mut astray = Vec::new();
        let in_cgi = lookup("REQUEST_METHOD").is_some();
        if in_cgi && is_set("HTTP_PROXY") {
            astray.push(
                "HTTP_PROXY is not used: REQUEST_METHOD is set, as in a CGI program, where a client could have set it; \
                 http_proxy counts"
                    .to_owned(),
            );
        }
        for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
            let lower = name.to_lowercase();
            let both = is_set(name) && is_set(&lower) && held(name, lookup) != held(&lower, lookup);
            if both && !(in_cgi && name == "HTTP_PROXY") {
                astray.push(format!("{lower} is not used: {name} says something else, and comes first"));
            }
        }
        astray
    }
}
