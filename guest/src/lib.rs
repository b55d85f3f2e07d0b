//! The Mattermost integration.
