//! The server's JSON as the contract's records.
//!
//! A field that is missing or null is empty: 5.37 and 11.6 differ in what they leave out. One of another type than
//! the contract's is an answer that no Mattermost gives, and so is a thing whose id or name has not the shape of one,
//! or a list that has one thing twice.
mod list;
mod object;

pub use list::{Thing, once};
pub use object::Mismatch;

use super::account::Account;
use super::json::{self, Json};
use crate::bindings::exports::mattermost::integration::types::{
    Channel, Group, GroupMember, Post, Team, Timezone, User,
};
use list::{list, things};
use object::{Object, Read};

/// An answer whose content does not matter.
pub fn nothing(_: &Json<'_>) -> Read<()> {
    Ok(())
}

/// A team.
pub fn team(value: &Json<'_>) -> Read<Team> {
    Object::read(value, |team| Team {
        id: team.id("id"),
        create_at: team.number("create_at"),
        update_at: team.number("update_at"),
        delete_at: team.number("delete_at"),
        display_name: team.text("display_name"),
        name: team.name("name"),
        description: team.text("description"),
        email: team.text("email"),
        type_: team.text("type"),
        company_name: team.text("company_name"),
        allowed_domains: team.text("allowed_domains"),
        invite_id: team.text("invite_id"),
        allow_open_invite: team.flag("allow_open_invite"),
        scheme_id: team.optional("scheme_id"),
        policy_id: team.optional("policy_id"),
    })
}

/// A channel.
pub fn channel(value: &Json<'_>) -> Read<Channel> {
    Object::read(value, |channel| Channel {
        id: channel.id("id"),
        create_at: channel.number("create_at"),
        update_at: channel.number("update_at"),
        delete_at: channel.number("delete_at"),
        display_name: channel.text("display_name"),
        name: channel.name("name"),
        description: channel.optional("description"),
        header: channel.text("header"),
        purpose: channel.text("purpose"),
        last_post_at: channel.number("last_post_at"),
        total_msg_count: channel.number("total_msg_count"),
        extra_update_at: channel.number("extra_update_at"),
        creator_id: channel.text("creator_id"),
        scheme_id: channel.optional("scheme_id"),
        type_: channel.text("type"),
        team_id: channel.text("team_id"),
    })
}

/// Channels, each once.
pub fn channels(value: &Json<'_>) -> Read<Vec<Channel>> {
    things(value, channel)
}

/// A user.
pub fn user(value: &Json<'_>) -> Read<User> {
    Object::read(value, |user| User {
        id: user.id("id"),
        create_at: user.number("create_at"),
        update_at: user.number("update_at"),
        delete_at: user.number("delete_at"),
        username: user.name("username"),
        auth_data: user.text("auth_data"),
        auth_service: user.text("auth_service"),
        email: user.text("email"),
        nickname: user.text("nickname"),
        first_name: user.text("first_name"),
        last_name: user.text("last_name"),
        position: user.text("position"),
        roles: user.text("roles"),
        locale: user.text("locale"),
        timezone: user.inner("timezone", timezone),
    })
}

/// Users, each once.
pub fn users(value: &Json<'_>) -> Read<Vec<User>> {
    things(value, user)
}

/// The account that a token is of.
pub fn account(value: &Json<'_>) -> Read<Account> {
    Object::read(value, |user| Account {
        id: user.id("id"),
        username: user.name("username"),
        roles: user.text("roles"),
        bot: user.flag("is_bot"),
    })
}

fn timezone(value: &Json<'_>) -> Read<Option<Timezone>> {
    if value.is_null() {
        return Ok(None);
    }
    Object::read(value, |zone| {
        Some(Timezone {
            automatic_timezone: zone.text("automaticTimezone"),
            manual_timezone: zone.text("manualTimezone"),
            use_automatic_timezone: zone.text("useAutomaticTimezone"),
        })
    })
}

/// A group.
pub fn group(value: &Json<'_>) -> Read<Group> {
    Object::read(value, |group| Group {
        id: group.id("id"),
        create_at: group.number("create_at"),
        update_at: group.number("update_at"),
        delete_at: group.number("delete_at"),
        display_name: group.text("display_name"),
        name: group.text("name"),
        description: group.text("description"),
        source: group.text("source"),
        remote_id: group.optional("remote_id"),
        has_syncables: group.flag("has_syncables"),
    })
}

/// Groups, each once.
pub fn groups(value: &Json<'_>) -> Read<Vec<Group>> {
    things(value, group)
}

/// A page of a group's members, and how many there are.
pub fn group_members(value: &Json<'_>) -> Read<(Vec<GroupMember>, u32)> {
    Object::read(value, |page| {
        let members = page.inner("members", |members| things(members, group_member));
        let total =
            page.field("total_member_count", "a number of members", |value| json::count(value)?.try_into().ok());
        (members, total.unwrap_or_default())
    })
}

fn group_member(value: &Json<'_>) -> Read<GroupMember> {
    Object::read(value, |member| GroupMember {
        id: member.id("id"),
        first_name: member.text("first_name"),
        last_name: member.text("last_name"),
        username: member.name("username"),
        email: member.text("email"),
    })
}

/// The user ids of the memberships that a change of a group's members is answered with.
pub fn changed_members(value: &Json<'_>) -> Read<Vec<String>> {
    list(value, |row| Object::read(row, |row| row.id("user_id")))
}

/// What a member of a channel is there.
pub struct ChannelMember {
    /// Whether they are a guest on the server.
    pub guest: bool,
}

/// A member of a channel.
pub fn channel_member(value: &Json<'_>) -> Read<ChannelMember> {
    Object::read(value, |member| ChannelMember { guest: member.flag("scheme_guest") })
}

/// A post.
pub fn post(value: &Json<'_>) -> Read<Post> {
    Object::read(value, |post| Post {
        id: post.id("id"),
        create_at: post.number("create_at"),
        channel_id: post.text("channel_id"),
        user_id: post.text("user_id"),
        root_id: post.text("root_id"),
        message: post.text("message"),
    })
}

/// The ids of the files that a post has.
pub fn post_with_files(value: &Json<'_>) -> Read<(Post, Vec<String>)> {
    let id = |id: &Json<'_>| id.as_str().map(Into::into).ok_or_else(|| Mismatch::new("text", id));
    let files = Object::read(value, |post| post.inner("file_ids", |ids| list(ids, id)))?;
    Ok((post(value)?, files))
}

/// The id and the size of an uploaded file.
pub fn uploaded(value: &Json<'_>) -> Read<(String, u64)> {
    let size = |file: &Object<'_>| file.field("size", "a size", json::count).unwrap_or_default();
    let first = |infos: &Json<'_>| {
        let info = match infos {
            Json::Array(infos) => infos.first(),
            _ => None,
        };
        let info = info.ok_or_else(|| Mismatch::new("a list with a file", infos))?;
        Object::read(info, |file| (file.id("id"), size(file))).map_err(|mismatch| mismatch.below("[0]"))
    };
    Object::read(value, |answer| answer.inner("file_infos", first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::parse;
    use serde_json::{Value, json};

    /// What comes of an answer.
    fn read<T>(read: impl Fn(&Json<'_>) -> Read<T>, answer: &Value) -> Read<T> {
        read(&parse(answer.to_string().as_bytes()).unwrap())
    }

    fn wrong<T>(reader: impl Fn(&Json<'_>) -> Read<T>, answer: &Value) -> String {
        read(reader, answer).err().unwrap().to_string()
    }

    fn id(letter: char) -> String {
        letter.to_string().repeat(26)
    }

    #[test]
    fn what_a_server_leaves_out_is_empty() {
        let channel = read(channel, &json!({"id": id('c'), "scheme_id": null, "header": null})).unwrap();
        assert_eq!(channel.header, "");
        assert_eq!(channel.total_msg_count, 0);
        assert_eq!(channel.scheme_id, None);
        let user = read(user, &json!({"id": id('u'), "timezone": {"useAutomaticTimezone": "true"}})).unwrap();
        assert_eq!(user.timezone.unwrap().use_automatic_timezone, "true");
        assert!(read(groups, &Value::Null).unwrap().is_empty());
    }

    #[test]
    fn a_wrong_type_is_named_by_its_path() {
        assert_eq!(
            wrong(channels, &json!([{"id": id('a')}, {"id": id('b'), "create_at": "x"}])),
            "$[1].create_at: expected a whole number, found text"
        );
        assert_eq!(wrong(team, &json!([])), "$: expected an object, found a list");
        assert_eq!(wrong(team, &json!({})), "$.id: expected an ID, found nothing");
        assert_eq!(wrong(channels, &json!({})), "$: expected a list, found an object");
        assert_eq!(
            wrong(user, &json!({"id": id('u'), "timezone": {"manualTimezone": 1}})),
            "$.timezone.manualTimezone: expected text, found a number"
        );
        assert_eq!(
            wrong(group_members, &json!({"members": [{"id": 1}]})),
            "$.members[0].id: expected text, found a number"
        );
        assert_eq!(
            wrong(group_members, &json!({"members": null, "total_member_count": -1})),
            "$.total_member_count: expected a number of members, found a number"
        );
    }

    #[test]
    fn ids_and_names_have_a_shape() {
        for wrong in ["a", "A1", "gb3fnuc5bigzuckruzu79zqp3\n", "gb3fnuc5bigzuckruzu79zqp3c\n# Approved"] {
            assert_eq!(
                wrong_id(wrong),
                "$.id: expected 26 lower-case letters and digits, found another text",
                "{wrong:?}"
            );
        }
        for name in ["two words", "line\nbreak", "\u{202e}abc"] {
            let answer = json!({"id": id('a'), "name": name, "username": name});
            let expected = "name: expected a name in one word, found another text";
            assert!(wrong(team, &answer).ends_with(expected));
            assert!(wrong(channel, &answer).ends_with(expected));
            // Of groups it comes from LDAP, and is no more than a text.
            assert_eq!(read(group, &answer).unwrap().name, name);
            assert!(wrong(user, &answer).ends_with(expected));
        }
    }

    fn wrong_id(id: &str) -> String {
        wrong(post, &json!({ "id": id }))
    }

    #[test]
    fn a_list_has_each_thing_once() {
        let list = |letters: &str| letters.chars().map(|letter| json!({"id": id(letter)})).collect::<Value>();
        assert_eq!(wrong(users, &list("abca")), "$[3].id: expected an ID of its own, found an ID that came before");
        let page = json!({"members": list("aa"), "total_member_count": 2});
        assert!(wrong(group_members, &page).starts_with("$.members[1].id: "));
        let users = once(read(|answer| super::list(answer, user), &list("abacb")).unwrap());
        assert_eq!(users.iter().map(|user| user.id.clone()).collect::<Vec<_>>(), [id('a'), id('b'), id('c')]);
    }

    #[test]
    fn an_upload_has_a_file() {
        let answer = json!({"file_infos": [{"id": id('f'), "size": 7}], "client_ids": null});
        assert_eq!(read(uploaded, &answer), Ok((id('f'), 7)));
        assert_eq!(
            wrong(uploaded, &json!({"file_infos": [{"size": 7}]})),
            "$.file_infos[0].id: expected an ID, found nothing"
        );
        assert_eq!(
            wrong(uploaded, &json!({"file_infos": []})),
            "$.file_infos: expected a list with a file, found a list"
        );
    }
}
