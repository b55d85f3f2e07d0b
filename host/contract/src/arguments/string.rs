//! The rules for strings, type by type.

use super::list::bracketed;
use super::unresolved;
use crate::check::{ValueError, check, describe, digits, whole};
use crate::manifest::Argument;
use crate::names::{short, snake};
use crate::ty::Type;
use serde_json::Value as Json;

/// What a list is written as.
const LIST: &str = "a list separated by commas or a JSON array";

/// An argument and the type that its strings are read as.
pub(super) struct Text<'a> {
    argument: &'a Argument,
    ty: &'a Type,
}

impl<'a> Text<'a> {
    pub(super) fn new(argument: &'a Argument, ty: &'a Type) -> Text<'a> {
        Text { argument, ty }
    }

    /// Reads a string; none when it says nothing.
    pub(super) fn read(&self, text: &str, path: &str) -> Result<Option<Json>, ValueError> {
        let trimmed = text.trim();
        let free = matches!(self.ty, Type::String | Type::Char) && self.argument.options.is_empty();
        if (if free { text } else { trimmed }).is_empty() {
            return Ok(None);
        }
        match self.item_type() {
            // A list of nothing was given: whoever is written to is then nobody, not everybody.
            Some(item) => self.items(item, trimmed, path).map(Json::Array).map(Some),
            None => self.scalar(text, path).map(Some),
        }
    }

    /// Reads what is not a string, or a string that a list has among its items.
    pub(super) fn strict(&self, json: Json, path: &str) -> Result<Json, ValueError> {
        if let (Some(item), Json::Array(items)) = (self.item_type(), &json) {
            return self.each(item, items, path).map(Json::Array);
        }
        if let Some((smallest, largest)) = self.ty.integer_range() {
            let number = whole(&json);
            return self.integer(number, smallest, largest, path, || json.to_string());
        }
        check(self.ty, &json, path)?;
        Ok(json)
    }

    /// The expression that a playbook left in a string where its value belongs.
    pub(super) fn unresolved<'t>(&self, text: &'t str) -> Option<&'t str> {
        let item = |part: &'t str| {
            unresolved::find(part.trim_matches(|mark: char| mark.is_whitespace() || "[]'\"".contains(mark)))
        };
        let among = || self.item_type().and_then(|_| text.split(',').find_map(item));
        unresolved::find(text).or_else(among)
    }

    /// What would be right, for an argument that is missing.
    pub(super) fn expected(&self) -> String {
        if let Some((smallest, largest)) = self.ty.integer_range() {
            return self.range(smallest, largest, false);
        }
        match (self.ty, self.item_type()) {
            (Type::String, _) if self.argument.options.is_empty() => "text".into(),
            (Type::String | Type::Enum(_), _) => one_of(&self.allowed()),
            (_, Some(_)) => LIST.into(),
            (ty, None) => describe(ty),
        }
    }

    /// The type of the items, for a list that is written with commas.
    fn item_type(&self) -> Option<&'a Type> {
        let Type::List(item) = self.ty else {
            return None;
        };
        let scalar =
            item.integer_range().is_some() || matches!(**item, Type::Bool | Type::String | Type::Char | Type::Enum(_));
        scalar.then_some(item)
    }

    fn items(&self, item: &Type, trimmed: &str, path: &str) -> Result<Vec<Json>, ValueError> {
        if trimmed.starts_with('[') {
            let said = |json: &Json| json.as_str().is_none_or(|text| !text.trim().is_empty());
            let found = bracketed(trimmed).ok_or_else(|| wrong(path, LIST, trimmed))?;
            return self.each(item, &found.into_iter().filter(said).collect::<Vec<_>>(), path);
        }
        let parts = trimmed.split(',').map(str::trim).filter(|part| !part.is_empty());
        let rule = Text::new(self.argument, item);
        parts.enumerate().map(|(index, part)| rule.scalar(part, &format!("{path}[{index}]"))).collect()
    }

    fn each(&self, item: &Type, found: &[Json], path: &str) -> Result<Vec<Json>, ValueError> {
        let rule = Text::new(self.argument, item);
        let read = |(index, json): (usize, &Json)| {
            let path = format!("{path}[{index}]");
            match json {
                Json::String(text) => rule.scalar(text.trim(), &path),
                // Ids that are all digits lose their quotes easily.
                Json::Number(number) if matches!(item, Type::String) => rule.scalar(&number.to_string(), &path),
                json => rule.strict(json.clone(), &path),
            }
        };
        found.iter().enumerate().map(read).collect()
    }

    fn scalar(&self, text: &str, path: &str) -> Result<Json, ValueError> {
        let trimmed = text.trim();
        if let Some((smallest, largest)) = self.ty.integer_range() {
            return self.integer(digits(trimmed), smallest, largest, path, || Json::from(text).to_string());
        }
        match self.ty {
            Type::Bool if ["true", "yes"].iter().any(|word| word.eq_ignore_ascii_case(trimmed)) => Ok(Json::Bool(true)),
            Type::Bool if ["false", "no"].iter().any(|word| word.eq_ignore_ascii_case(trimmed)) => {
                Ok(Json::Bool(false))
            }
            Type::Bool => Err(wrong(path, "true, yes, false or no", text)),
            Type::String if self.argument.options.is_empty() => Ok(Json::from(text)),
            Type::String => self.option(trimmed, path).map(Json::from),
            Type::Enum(names) => {
                let option = self.option(trimmed, path)?;
                let case = case(names, &option).ok_or_else(|| wrong(path, one_of(&case_names(names)), &*option))?;
                Ok(Json::from(snake(case)))
            }
            Type::Char => {
                let json = Json::from(text);
                check(self.ty, &json, path)?;
                Ok(json)
            }
            ty => {
                let json = serde_json::from_str(trimmed)
                    .map_err(|_| wrong(path, format!("{}, as JSON,", describe(ty)), text))?;
                check(ty, &json, path)?;
                Ok(json)
            }
        }
    }

    fn integer(
        &self,
        number: Option<i128>,
        smallest: i128,
        largest: i128,
        path: &str,
        found: impl Fn() -> String,
    ) -> Result<Json, ValueError> {
        let least = self.argument.minimum.map_or(smallest, |minimum| smallest.max(minimum.into()));
        let fits = number.filter(|number| (least..=largest).contains(number));
        let too_large = number.is_some_and(|number| number > largest);
        let json = fits.and_then(|number| {
            let signed = i64::try_from(number).ok().map(Json::from);
            signed.or_else(|| u64::try_from(number).ok().map(Json::from))
        });
        json.ok_or_else(|| ValueError {
            path: path.to_owned(),
            expected: self.range(smallest, largest, too_large),
            found: short(found()),
        })
    }

    /// The numbers allowed. The type's largest is of no interest to who wrote something else than a large number.
    fn range(&self, smallest: i128, largest: i128, too_large: bool) -> String {
        let least = self.argument.minimum.map(i128::from).filter(|minimum| *minimum > smallest);
        match least.unwrap_or(smallest) {
            least if too_large => format!("a whole number from {least} to {largest}"),
            least if least > i128::from(i64::MIN) => format!("a whole number from {least}"),
            _ => "a whole number".to_owned(),
        }
    }

    /// The values allowed: the manifest's, or else an enum's own.
    fn allowed(&self) -> Vec<String> {
        match self.ty {
            Type::Enum(names) if self.argument.options.is_empty() => case_names(names),
            _ => self.argument.options.clone(),
        }
    }

    /// The allowed value that was meant, as it is written in the manifest.
    fn option(&self, trimmed: &str, path: &str) -> Result<String, ValueError> {
        let lower = trimmed.to_lowercase();
        let mut allowed = self.allowed();
        match allowed.iter().position(|option| option.to_lowercase() == lower) {
            Some(index) => Ok(allowed.swap_remove(index)),
            None => Err(wrong(path, one_of(&allowed), trimmed)),
        }
    }
}

/// The enum's case that a playbook's spelling of it means: `Not Now` is `not-now`.
pub(crate) fn case<'a>(names: &'a [String], option: &str) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace(['_', ' '], "-");
    names.iter().map(String::as_str).find(|name| plain(name) == plain(option))
}

fn case_names(names: &[String]) -> Vec<String> {
    names.iter().map(|name| snake(name)).collect()
}

fn one_of(allowed: &[String]) -> String {
    match allowed {
        [only] => only.clone(),
        allowed => format!("one of {}", allowed.join(", ")),
    }
}

fn wrong(path: &str, expected: impl Into<String>, found: impl Into<Json>) -> ValueError {
    ValueError { path: path.to_owned(), expected: expected.into(), found: short(found.into()) }
}
