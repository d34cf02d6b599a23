using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Tokens;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Tokens;

/// <summary>What was revoked stays revoked until its token runs out, whatever lifetime a node gives to its own tokens.</summary>
public sealed class RevocationRetentionTests
{
    private const string Issuer = "Tokens:Issuer=https://accounts.example.org";

    [Test]
    public async Task A_node_with_a_shorter_lifetime_keeps_the_revocation_of_anothers_token()
    {
        await using var longLived = await TestApp.StartAsync(null, null, "ACCESS_TOKEN_EXPIRE_MINUTES=600", Issuer);
        await using var shortLived = await TestApp.StartAsync(longLived.ConnectionString, null, "ACCESS_TOKEN_EXPIRE_MINUTES=1", Issuer);
        var (issuer, other) = (new ApiClient(longLived), new ApiClient(shortLived));
        var (user, everywhere) = (await longLived.CreateUserAsync(), await longLived.CreateUserAsync());
        Support.ApiTokens[] revoked = [await issuer.LoginAsync(user), await issuer.LoginAsync(everywhere)];
        var good = await issuer.LoginAsync(user);
        await issuer.PostAsync("/auth/logout", null, revoked[0].Access);
        await issuer.PostAsync("/auth/logout-everywhere", null, revoked[1].Access);
        foreach (var tokens in revoked)
        {
            await Patience.UntilAsync(async () => (await other.GetAsync("/me", tokens.Access)).Code == "token_revoked");
        }

        foreach (var app in new[] { longLived, shortLived })
        {
            app.Clock.Advance(TimeSpan.FromHours(2));
            await app.Services.GetRequiredService<Revocations>().PruneAsync(default);
        }

        foreach (var client in new[] { issuer, other })
        {
            Assert.That((await client.GetAsync("/me", good.Access)).Status, Is.EqualTo(HttpStatusCode.OK), "The tokens have not run out.");
            foreach (var tokens in revoked)
            {
                Assert.That((await client.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
            }
        }
    }

    [Test]
    public async Task A_restart_under_a_lowered_lifetime_revives_no_revoked_token()
    {
        await using var before = await TestApp.StartAsync(null, null, "Tokens:AccessTokenMinutes=600", Issuer);
        var client = new ApiClient(before);
        var (user, everywhere) = (await before.CreateUserAsync(), await before.CreateUserAsync());
        Support.ApiTokens[] revoked = [await client.LoginAsync(user), await client.LoginAsync(everywhere)];
        var good = await client.LoginAsync(user);
        await client.PostAsync("/auth/logout", null, revoked[0].Access);
        await client.PostAsync("/auth/logout-everywhere", null, revoked[1].Access);

        // Two hours pass before the restart.
        await before.QueryAsync<object>("UPDATE sessions SET revoked_at = revoked_at - interval '2 hours' WHERE revoked_at IS NOT NULL");
        await before.QueryAsync<object>("UPDATE users SET token_version_at = token_version_at - interval '2 hours' WHERE token_version_at IS NOT NULL");
        await using var after = await TestApp.StartAsync(before.ConnectionString, null, "Tokens:AccessTokenMinutes=1", Issuer);
        var other = new ApiClient(after);
        await Patience.UntilAsync(async () => (await other.GetAsync("/me", good.Access)).Status == HttpStatusCode.OK);
        await HearsAsync(after);
        foreach (var tokens in revoked)
        {
            Assert.That((await other.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
        }
    }

    [Test]
    public async Task A_revocation_is_dropped_once_no_token_can_be_left()
    {
        await using var app = await TestApp.StartAsync();
        var client = new ApiClient(app);
        var tokens = await client.LoginAsync(await app.CreateUserAsync());
        await client.PostAsync("/auth/logout", null, tokens.Access);
        var revocations = app.Services.GetRequiredService<Revocations>();
        var claims = ((AccessTokenReading.Read)app.Services.GetRequiredService<TokenCodec>().ReadAccess(tokens.Access)).Claims;
        app.Clock.Advance(TokenOptions.MaxAccessTokenLifetime);
        await revocations.PruneAsync(default);
        Assert.That(revocations.Covers(claims), Is.True);
        app.Clock.Advance(3 * TokenOptions.MaxClockSkew);
        await revocations.PruneAsync(default);
        Assert.That(revocations.Covers(claims), Is.False);
    }

    // A connected node answers from memory. What it is not notified of, it asks the database about, which would hide a forgotten revocation.
    private static Task HearsAsync(TestApp app)
    {
        var feed = app.Services.GetRequiredService<WebApp.Platform.Changes.ChangeFeed>();
        return Patience.UntilAsync(() => Task.FromResult(feed.IsConnected));
    }
}
