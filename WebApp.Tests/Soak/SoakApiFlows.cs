using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Soak;

/// <summary>What a program does over the API for one user. Every flow leaves the account as it found it, but for the password.</summary>
internal sealed class SoakApiFlows(SoakSite site, SoakClient client, SoakUser user)
{
    /// <summary>Signs in, uses and refreshes tokens, and signs out: then nothing of it is accepted.</summary>
    public async Task TokensAsync()
    {
        var tokens = await LoginAsync();
        await IsMeAsync(tokens.Access);
        var refreshed = (await client.PostAsync(HttpStatusCode.OK, "/auth/refresh", new { refresh_token = tokens.Refresh })).Tokens;
        await IsMeAsync(refreshed.Access);
        var listed = await client.GetAsync(HttpStatusCode.OK, "/sessions", refreshed.Access);
        client.Expect(listed.Text.Contains($"{tokens.SessionId}", StringComparison.Ordinal), "The session is not in the list.");
        await client.GetAsync(HttpStatusCode.OK, "/events", refreshed.Access);
        await client.PostAsync(HttpStatusCode.NoContent, "/auth/logout", null, refreshed.Access);
        await client.RefusedAsync(refreshed.Access);
        await client.PostAsync(HttpStatusCode.Unauthorized, "/auth/refresh", new { refresh_token = refreshed.Refresh });
    }

    /// <summary>Ends one session from another, and then all.</summary>
    public async Task EndSessionsAsync()
    {
        var (one, two, three) = (await LoginAsync(), await LoginAsync(), await LoginAsync());
        await client.DeleteAsync($"/sessions/{two.SessionId}", one.Access);
        await client.RefusedAsync(two.Access);
        await IsMeAsync(three.Access);
        await client.PostAsync(HttpStatusCode.NoContent, "/auth/logout-everywhere", null, one.Access);
        await client.RefusedAsync(one.Access);
        await client.RefusedAsync(three.Access);
    }

    /// <summary>Makes an API token, uses it, and revokes it.</summary>
    public async Task ApiTokensAsync()
    {
        var tokens = await LoginAsync();
        var made = (await client.PostAsync(HttpStatusCode.Created, "/api-tokens", new { name = "a program" }, tokens.Access)).Json;
        var secret = made.GetProperty("token").GetString()!;
        await IsMeAsync(secret);
        await client.GetAsync(HttpStatusCode.OK, "/api-tokens", tokens.Access);
        await client.DeleteAsync($"/api-tokens/{made.GetProperty("id").GetGuid()}", tokens.Access);
        await client.RefusedAsync(secret);
        await LogoutAsync(tokens);
    }

    /// <summary>Changes the password: the other session ends, and the old password is refused.</summary>
    public async Task ChangePasswordAsync()
    {
        var (here, other) = (await LoginAsync(), await LoginAsync());
        var next = TestUser.NewPassword("Silver harbour");
        await client.PostAsync(HttpStatusCode.NoContent, "/password", new { current_password = user.Password, new_password = next }, here.Access);
        await client.RefusedAsync(other.Access);
        await IsMeAsync(here.Access);
        await client.PostAsync(HttpStatusCode.Unauthorized, "/auth/login", new { email = user.Email, password = user.Password });
        user.Password = next;
        await LogoutAsync(await LoginAsync());
        await LogoutAsync(here);
    }

    /// <summary>A wrong password is refused, and the right one still accepted.</summary>
    public async Task WrongPasswordAsync()
    {
        var answer = await client.PostAsync(HttpStatusCode.Unauthorized, "/auth/login", new { email = user.Email, password = "Copper lantern, wrong one" });
        client.Expect(answer.Code == "invalid_credentials", $"A wrong password was answered {answer.Code}.");
        await LogoutAsync(await LoginAsync());
    }

    /// <summary>Adds an authenticator app, signs in with it, and removes it. A code works once.</summary>
    public async Task AuthenticatorAsync()
    {
        var tokens = await LoginAsync();
        var app = new Authenticator((await client.PostAsync(HttpStatusCode.OK, "/mfa/totp", null, tokens.Access)).Json.GetProperty("secret").GetString()!);
        await client.PostAsync(HttpStatusCode.OK, "/mfa/totp/confirm", new { code = app.CodeAt(site.Now) }, tokens.Access);
        var code = app.CodeAt(site.Now.AddSeconds(30));
        var finished = (await client.PostAsync(HttpStatusCode.OK, "/auth/mfa", new { mfa_token = await ChallengeAsync(), method = "totp", code })).Tokens;
        await IsMeAsync(finished.Access);
        await client.PostAsync(HttpStatusCode.Unauthorized, "/auth/mfa", new { mfa_token = await ChallengeAsync(), method = "totp", code });
        await client.DeleteAsync("/mfa/totp", finished.Access);
        await LogoutAsync(finished);
    }

    /// <summary>Turns mailed codes on, signs in with one, and turns them off.</summary>
    public async Task MailedCodeAsync()
    {
        var tokens = await LoginAsync();
        await client.PostAsync(HttpStatusCode.OK, "/mfa/email", null, tokens.Access);
        site.Mail.Forget(user.Email, "code");
        var challenge = await ChallengeAsync();
        await client.PostAsync(HttpStatusCode.Accepted, "/auth/mfa/email-code", new { mfa_token = challenge });
        var code = await site.Mail.TakeAsync(user.Email, "code");
        client.Expect(code is not null, "No sign-in code came.");
        var finished = (await client.PostAsync(HttpStatusCode.OK, "/auth/mfa", new { mfa_token = challenge, method = "email", code })).Tokens;
        await client.DeleteAsync("/mfa/email", finished.Access);
        await LogoutAsync(finished);
    }

    /// <summary>Replaces the password by mail: every session ends.</summary>
    public async Task ResetAsync()
    {
        var tokens = await LoginAsync();
        site.Mail.Forget(user.Email, "/reset-password");
        await client.PostAsync(HttpStatusCode.Accepted, "/auth/forgot-password", new { email = user.Email });
        var token = await site.Mail.TakeAsync(user.Email, "/reset-password");
        client.Expect(token is not null, "No mail to reset a password came.");
        var next = TestUser.NewPassword("Golden meadow");
        await client.PostAsync(HttpStatusCode.NoContent, "/auth/reset-password", new { token, new_password = next });
        user.Password = next;
        await client.RefusedAsync(tokens.Access);
        await LogoutAsync(await LoginAsync());
    }

    private async Task<ApiTokens> LoginAsync() => (await client.PostAsync(HttpStatusCode.OK, "/auth/login", new { email = user.Email, password = user.Password })).Tokens;

    private Task LogoutAsync(ApiTokens tokens) => client.PostAsync(HttpStatusCode.NoContent, "/auth/logout", null, tokens.Access);

    private async Task<string> ChallengeAsync() =>
        (await client.PostAsync(HttpStatusCode.Unauthorized, "/auth/login", new { email = user.Email, password = user.Password })).Json.TryGetProperty("mfa_token", out var token)
            ? token.GetString()!
            : throw new InterruptedFlowException("no second factor asked for");

    private async Task IsMeAsync(string bearer)
    {
        var me = await client.GetAsync(HttpStatusCode.OK, "/me", bearer);
        client.Expect(me.Json.GetProperty("email").GetString() == user.Email, "GET /me named somebody else.");
    }
}
