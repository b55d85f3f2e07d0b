//! Groups of users.

use crate::bindings::exports::mattermost::integration::groups::{
    AddGroupMemberArguments, GroupList, GroupMemberList, Guest, ListGroupMembersArguments, ListGroupsArguments,
    RemoveGroupMemberArguments,
};
use crate::bindings::exports::mattermost::integration::types::Done;
use crate::client::endpoint::{Endpoint, Method};
use crate::client::error::{Error, IncompleteError, about};
use crate::client::error_ids::NOT_GROUP_USER;
use crate::client::page::Plan;
use crate::client::reactor::join_some;
use crate::client::refusals::Refusals;
use crate::client::{Client, Credential, endpoint, id, model, name};
use crate::manifest::{Argument, Command, LIMIT, Output, PAGE, PAGE_SIZE};
use crate::markdown::{Text, table};
use crate::text::Quoted;
use serde_json::json;
use std::cell::Cell;

const INTERFACE: &str = "mattermost:integration/groups";
/// The most users whose names are asked for at once: a list may have thousands, and servers limit the rate.
const AT_ONCE: usize = 8;

/// `mattermost-list-groups`
const LIST_GROUPS: Command = Command {
    name: "mattermost-list-groups",
    aliases: &[],
    interface: INTERFACE,
    function: "list-groups",
    arguments: &[PAGE, PAGE_SIZE, LIMIT, Argument::new("group", "group").bare()],
    outputs: &[Output::new("Mattermost.Groups", "id", "groups")],
    permissions: "No permissions required.",
    changes: false,
    endpoints: &[(endpoint::GROUPS, Credential::Personal), (endpoint::GROUP, Credential::Personal)],
};

/// `mattermost-list-group-members`
const LIST_GROUP_MEMBERS: Command = Command {
    name: "mattermost-list-group-members",
    aliases: &[],
    interface: INTERFACE,
    function: "list-group-members",
    arguments: &[PAGE, PAGE_SIZE, LIMIT, Argument::new("group_id", "group-id").bare()],
    outputs: &[Output::new("Mattermost.Members", "id", "members")],
    permissions: "Must have manage_system permission.",
    changes: false,
    endpoints: &[(endpoint::GROUP_MEMBERS, Credential::Personal), (endpoint::ME, Credential::Personal)],
};

/// `mattermost-add-group-member`
const ADD_GROUP_MEMBER: Command = Command {
    name: "mattermost-add-group-member",
    aliases: &[],
    interface: INTERFACE,
    function: "add-group-member",
    arguments: &[Argument::new("group_id", "group-id"), Argument::new("user_ids", "user-ids")],
    outputs: &[],
    permissions: "Must have custom_group_manage_members permission for the given group.",
    changes: true,
    endpoints: &[(endpoint::GROUP_MEMBERS_ADD, Credential::Personal), (endpoint::USER, Credential::Personal)],
};

/// `mattermost-remove-group-member`
const REMOVE_GROUP_MEMBER: Command = Command {
    name: "mattermost-remove-group-member",
    aliases: &[],
    interface: INTERFACE,
    function: "remove-group-member",
    arguments: &[Argument::new("group_id", "group-id"), Argument::new("user_ids", "user-ids")],
    outputs: &[],
    permissions: "Must have custom_group_manage_members permission for the given group.",
    changes: true,
    endpoints: &[(endpoint::GROUP_MEMBERS_REMOVE, Credential::Personal), (endpoint::USER, Credential::Personal)],
};

super::exported! {
    list_groups(arguments: ListGroupsArguments) -> GroupList = LIST_GROUPS, list_groups;
    list_group_members(arguments: ListGroupMembersArguments) -> GroupMemberList = LIST_GROUP_MEMBERS, list_group_members;
    add_group_member(arguments: AddGroupMemberArguments) -> Done = ADD_GROUP_MEMBER, add_group_member;
    remove_group_member(arguments: RemoveGroupMemberArguments) -> Done = REMOVE_GROUP_MEMBER, remove_group_member;
}

async fn list_groups(arguments: ListGroupsArguments) -> Result<GroupList, Error> {
    let mut refusals = Refusals::default();
    let plan = Plan::new(&mut refusals, arguments.page, arguments.page_size, arguments.limit);
    refusals.end()?;
    // As it is mentioned, or as it is called.
    let search = name::given(arguments.group).map(|group| group.trim().trim_start_matches('@').to_string());
    let client = Client::open(&LIST_GROUPS, Credential::Personal)?;
    let load = async |page: u64, per_page: u32| {
        let (page, per_page) = (page.to_string(), per_page.to_string());
        let mut query = vec![("page", page.as_str()), ("per_page", per_page.as_str())];
        query.extend(search.as_deref().map(|search| ("q", search)));
        client.get(&endpoint::GROUPS, &[], &query, model::groups).await
    };
    let mut groups = Vec::new();
    if let Some(id) = search.as_deref().filter(|search| id::is_id(search)) {
        groups.extend(client.get(&endpoint::GROUP, &[id], &[], model::group).await.ok());
    }
    if groups.is_empty() {
        groups = plan.fetch(load).await.map_err(|error| about(error, "the groups"))?;
    }
    let rows = groups
        .iter()
        .map(|group| [&group.name, &group.display_name, &group.description, &group.id].map(|cell| Some(cell.clone())));
    let columns = ["name", "display_name", "description", "id"];
    let readable = table("Groups:", columns, rows);
    Ok(GroupList { groups, readable })
}

async fn list_group_members(arguments: ListGroupMembersArguments) -> Result<GroupMemberList, Error> {
    let mut refusals = Refusals::default();
    let plan = Plan::new(&mut refusals, arguments.page, arguments.page_size, arguments.limit);
    let group = arguments.group_id;
    id::check(&mut refusals, "group_id", &group, id::GROUP);
    refusals.end()?;
    let client = Client::open(&LIST_GROUP_MEMBERS, Credential::Personal)?;
    let total = Cell::new(0);
    let load = async |page: u64, per_page: u32| {
        let (page, per_page) = (page.to_string(), per_page.to_string());
        let query = [("page", page.as_str()), ("per_page", per_page.as_str())];
        let path = [group.as_str()];
        let (members, all) = client.get(&endpoint::GROUP_MEMBERS, &path, &query, model::group_members).await?;
        total.set(all);
        Ok(members)
    };
    let members = plan.fetch(load).await.map_err(|error| about(error, &format!("group {}", Quoted(&group))))?;
    let total = total.get();
    let rows =
        members.iter().map(|member| [&member.username, &member.email, &member.id].map(|cell| Some(cell.clone())));
    let title = format!("Group {group} members ({}/{total}):", members.len());
    let readable = table(&title, ["username", "email", "id"], rows);
    Ok(GroupMemberList { members, total, readable })
}

/// Adding members or removing them: the server does it for all of them or for none.
async fn add_group_member(arguments: AddGroupMemberArguments) -> Result<Done, Error> {
    let change = Change { command: &ADD_GROUP_MEMBER, endpoint: endpoint::GROUP_MEMBERS_ADD, done: "added to" };
    change.run(arguments.group_id, arguments.user_ids).await
}

async fn remove_group_member(arguments: RemoveGroupMemberArguments) -> Result<Done, Error> {
    let change =
        Change { command: &REMOVE_GROUP_MEMBER, endpoint: endpoint::GROUP_MEMBERS_REMOVE, done: "removed from" };
    change.run(arguments.group_id, arguments.user_ids).await
}

struct Change {
    command: &'static Command,
    endpoint: Endpoint,
    done: &'static str,
}

impl Change {
    async fn run(&self, group: String, users: Vec<String>) -> Result<Done, Error> {
        let mut refusals = Refusals::default();
        id::check(&mut refusals, "group_id", &group, id::GROUP);
        let users = distinct(&mut refusals, users);
        refusals.end()?;
        let client = Client::open(self.command, Credential::Personal)?;
        let changed = self.write(&client, &group, &users).await?;
        let missing: Vec<&str> = users.iter().filter(|user| !changed.contains(user)).map(String::as_str).collect();
        if !missing.is_empty() {
            let there = users.len() - missing.len();
            return Err(Error::Incomplete(IncompleteError {
                done: format!("{there} of {} users were {} group {group}", users.len(), self.done),
                failed: format!("the server's answer does not name {}", missing.join(", ")),
                cause: "unexpected-answer".into(),
            }));
        }
        let names = join_some(AT_ONCE, users.iter().map(|user| client.user(user))).await;
        let mut readable = String::new();
        for (user, read) in users.iter().zip(names) {
            // The change is done: that a name can't be read must not hide it.
            let (name, note) = match read {
                Ok(user) => (user.username, ""),
                Err(_) => (user.clone(), " (the username could not be read)"),
            };
            let line = if readable.is_empty() { "" } else { "\n" };
            readable.push_str(&format!(
                "{line}The member {} was {} the group successfully, with group ID: {group}{note}",
                Text(&name),
                self.done
            ));
        }
        Ok(Done { readable })
    }

    /// The ids of the users that the server says it changed.
    async fn write(&self, client: &Client, group: &str, users: &[String]) -> Result<Vec<String>, Error> {
        let body = json!({ "user_ids": users });
        let reply = client.send(&self.endpoint, &[group], &[], Some(&body)).await?;
        if reply.repeated && self.endpoint.method == Method::Delete && reply.error_id() == NOT_GROUP_USER {
            return Err(Error::Incomplete(IncompleteError {
                done: format!("the users may have been {} group {group}", self.done),
                failed: "the answer was lost, and when asked again the server says that one of them is no member: look with mattermost-list-group-members".into(),
                cause: "network".into(),
            }));
        }
        client.read(reply, model::changed_members).map_err(|error| about(error, &format!("group {}", Quoted(group))))
    }
}

/// The users, each once, in the order in which they were given.
fn distinct(refusals: &mut Refusals, users: Vec<String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::with_capacity(users.len());
    for user in users {
        if !distinct.contains(&user) {
            id::check(refusals, "user_ids", &user, id::USER);
            distinct.push(user);
        }
    }
    if distinct.is_empty() {
        refusals.add("user_ids", "is empty", "one user ID at least");
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_asked_for_once_each() {
        let (a, b) = ("a".repeat(26), "b".repeat(26));
        let users = distinct(&mut Refusals::default(), vec![b.clone(), a.clone(), b.clone()]);
        assert_eq!(users, [b, a]);
    }

    #[test]
    fn no_user_and_a_wrong_one_are_refused() {
        for users in [&[][..], &["dev"], &["dev", "dev"]] {
            let mut refusals = Refusals::default();
            distinct(&mut refusals, users.iter().map(|user| (*user).into()).collect());
            let [told] = &refusals.told()[..] else { panic!() };
            assert!(told.starts_with("user_ids is "), "{told}");
        }
        let mut refusals = Refusals::default();
        distinct(&mut refusals, vec!["dev".into(), "a".repeat(26), "anna".into()]);
        assert_eq!(refusals.told().len(), 2, "each that is wrong");
    }
}
