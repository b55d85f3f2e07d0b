//! Channels and their members.

mod close;
mod create;
mod list;
mod members;
mod role;

use close::CLOSE_CHANNEL;
use create::CREATE_CHANNEL;
use list::{LIST_CHANNELS, LIST_PRIVATE_CHANNELS_FOR_USER};
use members::{ADD_CHANNEL_MEMBER, REMOVE_CHANNEL_MEMBER};
use role::SET_CHANNEL_ROLE;

use crate::bindings::exports::mattermost::integration::channels::{
    AddChannelMemberArguments, ChannelList, CloseChannelArguments, ClosedChannel, CreateChannelArguments,
    CreatedChannel, Guest, ListChannelsArguments, ListPrivateChannelsForUserArguments, RemoveChannelMemberArguments,
    SetChannelRoleArguments, UserChannelList,
};
use crate::bindings::exports::mattermost::integration::types::Done;

/// The interface of these commands.
const INTERFACE: &str = "mattermost:integration/channels";

super::exported! {
    list_channels(arguments: ListChannelsArguments) -> ChannelList = LIST_CHANNELS, list::list_channels;
    list_private_channels_for_user(arguments: ListPrivateChannelsForUserArguments) -> UserChannelList
        = LIST_PRIVATE_CHANNELS_FOR_USER, list::list_private_channels_for_user;
    create_channel(arguments: CreateChannelArguments) -> CreatedChannel = CREATE_CHANNEL, create::create_channel;
    add_channel_member(arguments: AddChannelMemberArguments) -> Done = ADD_CHANNEL_MEMBER, members::add_channel_member;
    remove_channel_member(arguments: RemoveChannelMemberArguments) -> Done
        = REMOVE_CHANNEL_MEMBER, members::remove_channel_member;
    close_channel(arguments: CloseChannelArguments) -> ClosedChannel = CLOSE_CHANNEL, close::close_channel;
    set_channel_role(arguments: SetChannelRoleArguments) -> Done = SET_CHANNEL_ROLE, role::set_channel_role;
}
