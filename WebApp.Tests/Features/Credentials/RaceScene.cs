using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Credentials;

/// <summary>An account with two sessions: one in which something is written, and one of its owner, who revokes.</summary>
public sealed class RaceScene : IDisposable
{
    public static readonly ClientInfo Client = new(IPAddress.Loopback, "Tests");

    // What opens the account or leads to it. What only counts, such as spent codes, is left out.
    private const string GrantsSql = """
        SELECT concat_ws(' | ',
            (SELECT concat_ws(',', u.email, u.password_hash, u.two_factor_enabled, u.email_codes_enabled, u.deletion_requested_at, u.token_version) FROM users u WHERE u.id = $1),
            (SELECT string_agg(concat_ws(',', s.id, s.revoked_at IS NULL, s.amr, s.authenticated_at, md5(s.key_hash)), ';' ORDER BY s.id) FROM sessions s WHERE s.user_id = $1),
            (SELECT string_agg(concat_ws(',', a.id, a.revoked_at IS NULL), ';' ORDER BY a.id) FROM api_tokens a WHERE a.user_id = $1),
            (SELECT concat_ws(',', md5(t.secret), t.confirmed_at) FROM totp_credentials t WHERE t.user_id = $1),
            (SELECT md5(string_agg(r.code_hash::text, ';' ORDER BY r.id)) FROM recovery_codes r WHERE r.user_id = $1),
            (SELECT string_agg(md5(p.credential_id), ';' ORDER BY p.credential_id) FROM user_passkeys p WHERE p.user_id = $1),
            (SELECT string_agg(l.id::text, ';' ORDER BY l.id) FROM external_logins l WHERE l.user_id = $1),
            (SELECT string_agg(concat_ws(',', g.session_id, g.application_id, g.granted_at), ';' ORDER BY g.session_id, g.application_id) FROM application_sessions g WHERE g.user_id = $1),
            (SELECT string_agg(o.purpose || o.id, ';' ORDER BY o.id) FROM one_time_secrets o WHERE o.user_id = $1 AND o.consumed_at IS NULL),
            (SELECT string_agg(concat_ws(',', d.id, d.redeemed_at), ';' ORDER BY d.id) FROM device_sign_ins d WHERE d.user_id = $1 AND d.approved_at IS NOT NULL),
            (SELECT count(*) || ' known devices' FROM known_devices k WHERE k.user_id = $1 AND k.revoked_at IS NULL),
            (SELECT count(*) || ' mails' FROM outbox_messages))
        """;

    private readonly byte[] secret;
    private readonly string cookie;

    private RaceScene(TestApp app, TestUser user, ApiTokens tokens, (Guid Id, RowKey Key) browser, Guid owner)
    {
        (App, User, Tokens, BrowserSession, OwnerSession) = (app, user, tokens, browser.Id, owner);
        (secret, cookie, NewAddress) = (TotpSecrets.New(), browser.Key.Reveal(), $"registered-{Guid.NewGuid():N}@example.org");
        Browser = NewBrowser();
    }

    private RaceScene(RaceScene same)
    {
        (App, User, Tokens, BrowserSession, OwnerSession) = (same.App, same.User, same.Tokens, same.BrowserSession, same.OwnerSession);
        (secret, cookie, NewAddress) = (same.secret, same.cookie, same.NewAddress);
        Browser = NewBrowser();
    }

    public TestApp App { get; }

    public TestUser User { get; }

    /// <summary>The API session in which things are written.</summary>
    public ApiTokens Tokens { get; }

    /// <summary>The browser session in which things are written.</summary>
    public Guid BrowserSession { get; }

    public PageClient Browser { get; }

    /// <summary>The session of whoever revokes.</summary>
    public Guid OwnerSession { get; }

    /// <summary>An address without an account, the same for everybody in the scene.</summary>
    public string NewAddress { get; }

    /// <summary>What a write was prepared with.</summary>
    public string Prepared { get; set; } = "";

    /// <summary>What a revocation was prepared with.</summary>
    public string Ready { get; set; } = "";

    /// <summary>The passkey of the account.</summary>
    public SoftPasskey? Passkey { get; set; }

    public ApiClient Api => new(App);

    /// <summary>The same account and sessions, for a second operation: what it prepares is its own.</summary>
    public RaceScene Beside() => new(this);

    public static async Task<RaceScene> NewAsync(TestApp app)
    {
        var user = await app.CreateUserAsync();
        return new(app, user, await new ApiClient(app).LoginAsync(user), await app.OpenBrowserSessionAsync(user), (await app.OpenBrowserSessionAsync(user)).Id);
    }

    /// <summary>The caller who revokes.</summary>
    public Caller Owner => new(User.Id, OwnerSession, Client);

    public string CodeNow() => new Authenticator(Base32.Encode(secret)).CodeAt(App.Clock.GetUtcNow());

    /// <summary>Puts an authenticator app into the account, or offers it in a session, the API's unless told.</summary>
    public async Task AddPhoneAsync(bool confirmed = true, Guid? session = null)
    {
        var sealedSecret = App.Services.GetRequiredService<TotpSecrets>().Seal(User.Id, secret);
        await App.QueryAsync<object>(
            "INSERT INTO totp_credentials (user_id, secret, created_at, confirmed_at, offered_in) VALUES ($1, $2, now(), CASE WHEN $3 THEN now() END, $4) ON CONFLICT (user_id) DO UPDATE SET confirmed_at = EXCLUDED.confirmed_at",
            User.Id, sealedSecret, confirmed, session ?? Tokens.SessionId);
        if (confirmed)
        {
            await App.QueryAsync<object>("UPDATE users SET two_factor_enabled = true WHERE id = $1", User.Id);
        }
    }

    /// <summary>Links an account at an outside provider, and returns the id of the link.</summary>
    public async Task<string> AddExternalLoginAsync() => (await App.QueryAsync<Guid>(
        "INSERT INTO external_logins (id, user_id, issuer, subject, provider, created_at) VALUES (gen_random_uuid(), $1, 'https://idp.example.org/', gen_random_uuid()::text, 'house', now()) RETURNING id",
        User.Id)).ToString();

    /// <summary>A mailed link's token.</summary>
    public Task<string> LinkAsync(string purpose, Guid? boundTo = null, string? address = null) => WithAsync<OneTimeSecrets, string>(async (secrets, db) =>
    {
        var (token, _) = await secrets.AddAsync(
            db, purpose, User.Id, TimeSpan.FromHours(1), CancellationToken.None, new() { BoundTo = boundTo, Address = address });
        await db.SaveChangesAsync();
        return token;
    });

    /// <summary>Uses a service in a scope of its own.</summary>
    public async Task<TResult> WithAsync<TService, TResult>(Func<TService, AppDbContext, Task<TResult>> use)
        where TService : notnull
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TService>(), scope.ServiceProvider.GetRequiredService<AppDbContext>());
    }

    public async Task<string> GrantsAsync() => (await App.QueryAsync<string>(GrantsSql, User.Id))!;

    /// <summary>How many sessions live that are not the owner's.</summary>
    public Task<long> OtherSessionsAsync() => App.QueryAsync<long>(
        """
        SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE u.id = $1 AND s.id <> $2 AND s.revoked_at IS NULL AND s.token_version >= u.token_version
        """,
        User.Id, OwnerSession);

    public Task<long> ApiTokensAsync() => App.QueryAsync<long>("SELECT count(*) FROM api_tokens WHERE user_id = $1 AND revoked_at IS NULL", User.Id);

    private PageClient NewBrowser()
    {
        var browser = new PageClient(App);
        browser.With("session", cookie);
        return browser;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Browser.Dispose();
        Passkey?.Dispose();
    }
}
