//! A command of a component: what the manifest says of it, with the function behind it.

use super::{Component, Function};
use serde_json::Value;
use soar_contract::arguments;
use soar_contract::manifest::{Argument, Command};
use soar_contract::outputs::{self, OutputPath};
use soar_contract::schema;
use soar_contract::ty::Record;
use soar_network::policy::{Rule, Rules};
use std::ops::Deref;

/// A command of a loaded component. It is the manifest's [`Command`] too.
#[derive(Clone, Copy)]
pub struct CommandHandle<'a> {
    component: &'a Component,
    entry: &'a Command,
    function: &'a Function,
}

/// An argument of a command, as it is told to people and programs.
#[derive(Clone, Debug)]
pub struct ArgumentInfo<'a> {
    /// What the manifest says of it.
    pub argument: &'a Argument,
    /// What it takes, in words: `a whole number from 1`.
    pub takes: String,
    /// Whether it must be given.
    pub required: bool,
    /// What it is, if the component's documentation says so.
    pub about: Option<&'a str>,
}

impl<'a> CommandHandle<'a> {
    pub(super) fn new(component: &'a Component, entry: &'a Command, function: &'a Function) -> Self {
        Self { component, entry, function }
    }

    /// The component that it is of.
    #[must_use]
    pub fn component(&self) -> &'a Component {
        self.component
    }

    /// What the manifest says of it.
    #[must_use]
    pub fn entry(&self) -> &'a Command {
        self.entry
    }

    /// What it does, if the component's documentation says so.
    #[must_use]
    pub fn about(&self) -> Option<&'a str> {
        self.component.docs()?.function(&self.entry.interface, &self.entry.function)
    }

    /// The record of its arguments; none if it takes none.
    #[must_use]
    pub fn record(&self) -> Option<&'a Record> {
        self.function.arguments.as_ref()
    }

    /// The JSON Schema of its arguments, by their names in playbooks.
    #[must_use]
    pub fn schema(&self) -> Value {
        let docs = self.component.docs().map(|docs| docs.of_arguments(self.entry, self.record()));
        // Defaults were read when the component was loaded, so that nothing is left to go wrong.
        schema::command_schema(self.entry, self.record(), &docs.unwrap_or_default()).unwrap_or_default()
    }

    /// Its arguments, in the manifest's order.
    #[must_use]
    pub fn arguments(&self) -> Vec<ArgumentInfo<'a>> {
        let docs = self.component.docs();
        let info = |argument: &'a Argument| {
            let ty = &self.record()?.field(&argument.field)?.ty;
            Some(ArgumentInfo {
                argument,
                // That it may be left out is said by `required`.
                takes: arguments::expected(argument, ty.given()),
                required: arguments::required(argument, ty),
                about: docs
                    .and_then(|docs| docs.argument(&self.entry.interface, &self.entry.function, &argument.field)),
            })
        };
        self.entry.arguments.iter().filter_map(info).collect()
    }

    /// The paths in the context that it fills, in the order of its outputs.
    #[must_use]
    pub fn outputs(&self) -> Vec<OutputPath> {
        let result = &self.function.result;
        let docs = self.component.docs().map(|docs| docs.of_outputs(self.entry, result)).unwrap_or_default();
        self.entry.outputs.iter().flat_map(|output| outputs::paths(output, result, &docs)).collect()
    }

    /// What it may ask of its server.
    #[must_use]
    pub fn rules(&self) -> &'a Rules {
        &self.function.rules
    }

    /// The requests by which the host learns whose the command's credentials are, where an audit is kept.
    pub fn accounts(&self) -> impl Iterator<Item = &'a Rule> {
        let rules = self.rules();
        let sends = |credential| rules.iter().any(|rule| rule.credential() == credential);
        self.component.accounts().iter().filter(move |account| sends(account.credential()))
    }

    pub(crate) fn function(&self) -> &'a Function {
        self.function
    }
}

impl Deref for CommandHandle<'_> {
    type Target = Command;

    fn deref(&self) -> &Command {
        self.entry
    }
}
