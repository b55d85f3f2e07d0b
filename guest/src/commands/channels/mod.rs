//! Channels and their members.

mod close;
mod create;
mod list;
mod members;
mod role;

pub use close::CLOSE_CHANNEL;
pub use create::CREATE_CHANNEL;
pub use list::{LIST_CHANNELS, LIST_PRIVATE_CHANNELS_FOR_USER};
pub use members::{ADD_CHANNEL_MEMBER, REMOVE_CHANNEL_MEMBER};
pub use role::SET_CHANNEL_ROLE;

use crate::bindings::Component;
use crate::bindings::exports::mattermost::integration::channels::{
    AddChannelMemberArguments, ChannelList, CloseChannelArguments, ClosedChannel, CreateChannelArguments,
    CreatedChannel, Guest, ListChannelsArguments, ListPrivateChannelsForUserArguments, RemoveChannelMemberArguments,
    SetChannelRoleArguments, UserChannelList,
};
use crate::bindings::exports::mattermost::integration::types::Done;
use crate::client::account::run;
use crate::client::error::Told;

/// The interface of these commands.
const INTERFACE: &str = "mattermost:integration/channels";

impl Guest for Component {
    fn list_channels(arguments: ListChannelsArguments) -> Result<ChannelList, Told> {
        run(&LIST_CHANNELS, list::list_channels(arguments))
    }

    fn list_private_channels_for_user(arguments: ListPrivateChannelsForUserArguments) -> Result<UserChannelList, Told> {
        run(&LIST_PRIVATE_CHANNELS_FOR_USER, list::list_private_channels_for_user(arguments))
    }

    fn create_channel(arguments: CreateChannelArguments) -> Result<CreatedChannel, Told> {
        run(&CREATE_CHANNEL, create::create_channel(arguments))
    }

    fn add_channel_member(arguments: AddChannelMemberArguments) -> Result<Done, Told> {
        run(&ADD_CHANNEL_MEMBER, members::add_channel_member(arguments))
    }

    fn remove_channel_member(arguments: RemoveChannelMemberArguments) -> Result<Done, Told> {
        run(&REMOVE_CHANNEL_MEMBER, members::remove_channel_member(arguments))
    }

    fn close_channel(arguments: CloseChannelArguments) -> Result<ClosedChannel, Told> {
        run(&CLOSE_CHANNEL, close::close_channel(arguments))
    }

    fn set_channel_role(arguments: SetChannelRoleArguments) -> Result<Done, Told> {
        run(&SET_CHANNEL_ROLE, role::set_channel_role(arguments))
    }
}
