use std::future::ready;

use async_graphql::{Context, MaybeUndefined, Object, Result};
use secrecy::SecretString;

use super::ApiKey;
use super::inputs::{
    ChangePasswordInput, CreateApiKeyInput, CreateUserInput, DeactivateUserInput, LogInInput,
    LogOutEverywhereInput, LogOutInput, RefreshSessionInput, RequestPasswordResetInput,
    ResetPasswordInput, RevokeApiKeyInput, UpdateUserInput,
};
use super::payloads::{
    ChangePasswordPayload, CreateApiKeyPayload, CreateUserPayload, DeactivateUserPayload,
    LogInPayload, LogOutEverywherePayload, LogOutPayload, RefreshSessionPayload,
    RequestPasswordResetPayload, ResetPasswordPayload, RevokeApiKeyPayload, Session,
    UpdateUserPayload, user,
};
use crate::accounts::{LogIn, NewApiKey, NewUser, UserChanges};
use crate::error;
use crate::graphql::context::ContextExt;
use crate::graphql::global_id::TypedId;
use crate::ids::{ApiKeyId, AuthorId, UserId};

#[derive(Default)]
pub(in crate::graphql) struct AccountsMutation;

#[Object]
impl AccountsMutation {
    /// Opens a session. An unknown address and a wrong password give the same answer.
    async fn log_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Who. Example: `{ email: "ana@example.org", password: "four green kites" }`."#
        )]
        input: LogInInput,
    ) -> Result<LogInPayload> {
        let log_in = LogIn {
            email: input.email,
            password: input.password.into(),
        };
        if input.cookies
            && let Err(refused) = ctx.cookies().check_may_be_set()
        {
            return LogInPayload::of(Err(refused));
        }
        let sessions = &ctx.app().accounts.sessions;
        let opened = sessions.log_in(ctx.viewer(), log_in).await;
        if let (Ok(opened), true) = (&opened, input.cookies) {
            ctx.cookies().set(opened);
        }
        LogInPayload::of(opened.map(|it| Session::new(it, input.cookies)))
    }

    /// Renews a session: gives a new access token and a new refresh token, and spends the old one.
    /// A refresh token that was spent before ends the whole session.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Which session. Example: `{ refreshToken: "imr_…" }`."#,
            default
        )]
        input: RefreshSessionInput,
    ) -> Result<RefreshSessionPayload> {
        let cookies = ctx.cookies();
        let by_cookie = input.refresh_token.is_none();
        let given = input.refresh_token.map(SecretString::from);
        let Some(token) = given.or_else(|| cookies.refresh_token().cloned()) else {
            let message = "give a refresh token: neither the input nor a cookie has one";
            let missing = error::Error::invalid_field("refreshToken", message);
            return RefreshSessionPayload::of(Err(missing));
        };
        let sessions = &ctx.app().accounts.sessions;
        let renewed = sessions.refresh(ctx.viewer(), &token).await;
        match &renewed {
            Ok(renewed) if by_cookie => cookies.set(renewed),
            Err(error::Error::InvalidCredentials(_)) if by_cookie => cookies.clear(),
            _ => {}
        }
        RefreshSessionPayload::of(renewed.map(|it| Session::new(it, by_cookie)))
    }

    /// Ends a session, at once.
    async fn log_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Which session. Example: `{ refreshToken: "imr_…" }`."#,
            default
        )]
        input: LogOutInput,
    ) -> Result<LogOutPayload> {
        let cookies = ctx.cookies();
        let given = input.refresh_token.map(SecretString::from);
        let token = given.as_ref().or(cookies.refresh_token());
        let sessions = &ctx.app().accounts.sessions;
        let ended = sessions.log_out(ctx.viewer(), token).await;
        if ended.is_ok() && cookies.refresh_token().is_some() {
            cookies.clear();
        }
        LogOutPayload::of(ended.map(|()| true))
    }

    /// Ends all your sessions at once, or those of another user.
    async fn log_out_everywhere(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Whose sessions. Example: `{ user: "VQGdQwOPQHlPoLbB1zhaa5A" }`."#,
            default
        )]
        input: LogOutEverywhereInput,
    ) -> Result<LogOutEverywherePayload> {
        let sessions = &ctx.app().accounts.sessions;
        let user = input.user.map(|id| UserId::decode("user", &id)).transpose();
        let ended = match user {
            Ok(user) => sessions.log_out_everywhere(ctx.viewer(), user).await,
            Err(error) => Err(error),
        };
        LogOutEverywherePayload::of(ended)
    }

    /// Changes your password and ends all your other sessions.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"The present password and the new one. Example: `{ currentPassword: "four green kites", newPassword: "five grey herons" }`."#
        )]
        input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload> {
        let passwords = &ctx.app().accounts.passwords;
        let (current, new) = (input.current_password.into(), input.new_password.into());
        let changed = passwords.change(ctx.viewer(), current, new).await;
        ChangePasswordPayload::of(changed.map(user))
    }

    /// Mails a token by which to set a new password, good for 30 minutes. The answer is the same
    /// whether or not there is an account with this address.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Whose password. Example: `{ email: "ana@example.org" }`."#)]
        input: RequestPasswordResetInput,
    ) -> Result<RequestPasswordResetPayload> {
        let passwords = &ctx.app().accounts.passwords;
        let requested = passwords.request_reset(ctx.viewer(), &input.email).await;
        RequestPasswordResetPayload::of(requested.map(|()| true))
    }

    /// Sets a new password by a token that was mailed, which works once, and ends all sessions.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"The token and the new password. Example: `{ token: "imt_…", newPassword: "five grey herons" }`."#
        )]
        input: ResetPasswordInput,
    ) -> Result<ResetPasswordPayload> {
        let passwords = &ctx.app().accounts.passwords;
        let (token, new) = (input.token.into(), input.new_password.into());
        let reset = passwords.reset(ctx.viewer(), &token, new).await;
        ResetPasswordPayload::of(reset.map(user))
    }

    /// Makes a user. For admins.
    async fn create_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"The user. Example: `{ email: "ana@example.org", name: "Ana Ruiz", role: AUTHOR }`."#
        )]
        input: CreateUserInput,
    ) -> Result<CreateUserPayload> {
        let author = input.author.map(|id| AuthorId::decode("author", &id));
        let created = match author.transpose() {
            Ok(author) => {
                let new = NewUser {
                    email: input.email,
                    name: input.name,
                    role: input.role.into(),
                    password: input.password.map(Into::into),
                    author,
                };
                let users = &ctx.app().accounts.users;
                ctx.change(users.create(ctx.viewer(), new)).await
            }
            Err(error) => ctx.change(ready(Err(error))).await,
        };
        CreateUserPayload::of(created.map(user))
    }

    /// Changes a user, from their next request on. For admins.
    async fn update_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = r#"Whom, and what. Example: `{ id: "VQGdQwOPQHlPoLbB1zhaa5A", role: EDITOR }`."#
        )]
        input: UpdateUserInput,
    ) -> Result<UpdateUserPayload> {
        let users = &ctx.app().accounts.users;
        let updated = match changes(input) {
            Ok((id, changes)) => ctx.change(users.update(ctx.viewer(), id, changes)).await,
            Err(error) => ctx.change(ready(Err(error))).await,
        };
        UpdateUserPayload::of(updated.map(user))
    }

    /// Keeps a user out from the next request on, API keys included. `updateUser` lets them in
    /// again. For admins.
    async fn deactivate_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Whom. Example: `{ id: "VQGdQwOPQHlPoLbB1zhaa5A" }`."#)]
        input: DeactivateUserInput,
    ) -> Result<DeactivateUserPayload> {
        let users = &ctx.app().accounts.users;
        let deactivated = match UserId::decode("id", &input.id) {
            Ok(id) => ctx.change(users.deactivate(ctx.viewer(), id)).await,
            Err(error) => ctx.change(ready(Err(error))).await,
        };
        DeactivateUserPayload::of(deactivated.map(user))
    }

    /// Makes an API key that acts for you, for a build or another program.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"The key. Example: `{ name: "Website", scopes: [CONTENT_READ] }`."#)]
        input: CreateApiKeyInput,
    ) -> Result<CreateApiKeyPayload> {
        let new = NewApiKey {
            name: input.name,
            scopes: input.scopes.into_iter().map(Into::into).collect(),
            expires_at: input.expires_at,
        };
        let api_keys = &ctx.app().accounts.api_keys;
        CreateApiKeyPayload::of(ctx.change(api_keys.create(ctx.viewer(), new)).await)
    }

    /// Revokes an API key, from the next request on.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = r#"Which key. Example: `{ id: "SwGdQwOPQHLYp_Acnktj0hc" }`."#)]
        input: RevokeApiKeyInput,
    ) -> Result<RevokeApiKeyPayload> {
        let api_keys = &ctx.app().accounts.api_keys;
        let revoked = match ApiKeyId::decode("id", &input.id) {
            Ok(id) => ctx.change(api_keys.revoke(ctx.viewer(), id)).await,
            Err(error) => ctx.change(ready(Err(error))).await,
        };
        RevokeApiKeyPayload::of(revoked.map(ApiKey))
    }
}

fn changes(input: UpdateUserInput) -> error::Result<(UserId, UserChanges)> {
    let author = match input.author {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(id) => Some(Some(AuthorId::decode("author", &id)?)),
    };
    let changes = UserChanges {
        email: input.email,
        name: input.name,
        role: input.role.map(Into::into),
        active: input.active,
        author,
    };
    Ok((UserId::decode("id", &input.id)?, changes))
}
