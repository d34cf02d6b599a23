using System.Diagnostics;
using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Applications;

/// <summary>Two nodes on one database, as one provider under one address.</summary>
public sealed class ProviderNodesTests
{
    [Test]
    public async Task What_one_node_grants_the_other_knows_and_what_one_ends_the_other_refuses()
    {
        await using var here = await TestApp.StartAsync();
        await using var there = await TestApp.StartAsync(here.ConnectionString, settings: $"App:BaseUrl={here.BaseAddress}");
        using var party = await OidcClient.CreateAsync(here);
        using var other = party.At(there.BaseAddress);
        using var browser = await PageClient.SignInAsync(here, await here.CreateUserAsync());
        var (code, verifier) = await party.CodeAsync(browser);

        var tokens = GrantedTokens.From(await other.RedeemAsync(code, verifier));
        var refreshed = GrantedTokens.From(await party.RefreshAsync(tokens.Refresh!));
        Assert.That((await party.UserInfoAsync(tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await other.UserInfoAsync(refreshed.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        await browser.PostFormAsync("/logout");
        var watch = Stopwatch.StartNew();
        var (info, inspected, refused) = (await other.UserInfoAsync(refreshed.Access), await other.IntrospectAsync(refreshed.Access), await other.RefreshAsync(refreshed.Refresh!));

        TestContext.Out.WriteLine($"Refused on the other node after {watch.ElapsedMilliseconds} ms, three requests.");
        Assert.That((info.Status, refused.Status), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest)));
        Assert.That(inspected.Json.GetProperty("active").GetBoolean(), Is.False);
    }

    [Test]
    public async Task The_first_application_with_RS256_may_be_saved_on_one_node_and_served_by_the_other()
    {
        await using var here = await TestApp.StartAsync();
        await using var there = await TestApp.StartAsync(here.ConnectionString, settings: $"App:BaseUrl={here.BaseAddress}");
        await here.QueryAsync<object>("ALTER TABLE application_keys DISABLE TRIGGER application_keys_tell"); // As if the notice came later.
        using var party = await OidcClient.CreateAsync(here, OidcClient.Settings with { IdTokenAlgorithm = "RS256" });
        using var other = party.At(there.BaseAddress);
        using var browser = await PageClient.SignInAsync(here, await here.CreateUserAsync());
        var (code, verifier) = await party.CodeAsync(browser);

        var tokens = GrantedTokens.From(await other.RedeemAsync(code, verifier));

        var keys = new JsonWebKeySet((await party.GetAsync("/.well-known/jwks")).Body).GetSigningKeys();
        var read = await new JsonWebTokenHandler().ValidateTokenAsync(
            tokens.Identity, new() { ValidIssuer = here.BaseAddress.AbsoluteUri, ValidAudience = party.ClientId, IssuerSigningKeys = keys, ValidAlgorithms = ["RS256"] });
        Assert.That(read.IsValid, Is.True, read.Exception?.Message);
    }
}
