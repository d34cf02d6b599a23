using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SecondFactors.Passkeys;
using WebApp.Platform.Startup;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors.Passkeys;

/// <summary>Who may change which passkeys, and what comes with a change.</summary>
public sealed class PasskeyChangeTests
{
    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => app = await TestApp.StartNamedAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [Test]
    public async Task Every_change_wants_a_recent_authentication()
    {
        await using var own = await TestApp.StartNamedAsync();
        var user = await own.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(own, user);
        using var visitor = await PageClient.SignInAsync(own, user);
        await visitor.GetAsync("/account");
        own.Clock.Advance(TimeSpan.FromMinutes(11));
        string[] pages = ["add", $"{passkey.PathId}/rename", $"{passkey.PathId}/remove"];
        foreach (var page in pages)
        {
            var shown = await visitor.GetAsync($"/account/passkeys/{page}");
            Assert.That(shown.Location, Is.EqualTo($"/reauthenticate?returnUrl={Uri.EscapeDataString($"/account/passkeys/{page}")}"));
        }

        foreach (var form in pages.Append("add/options"))
        {
            var sent = await visitor.PostWithTokenAsync($"/account/passkeys/{form}", ("Name", "Mine"));
            Assert.That(sent.Location, Does.StartWith("/reauthenticate?returnUrl=%2Faccount%2Fpasskeys"), form);
        }

        Assert.That(await own.QueryAsync<string>("SELECT data->>'Name' FROM user_passkeys WHERE user_id = $1", user.Id), Is.EqualTo("Soft"));

        // A passkey is one: then the page opens.
        var options = await visitor.PostWithTokenAsync("/passkeys/options", ("Purpose", "step-up"));
        var old = visitor.Session;
        var answer = passkey.Answer(options.Body, new(own.BaseAddress.GetLeftPart(UriPartial.Authority)));
        var stepUp = await visitor.PostWithTokenAsync("/reauthenticate/passkey", ("Credential", answer));
        Assert.That(stepUp.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(visitor.Session, Is.Not.Null.And.Not.EqualTo(old));
        Assert.That((await visitor.GetAsync("/account/passkeys/add")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Another_users_passkey_neither_steps_up_nor_can_be_changed()
    {
        var (user, other) = (await app.CreateUserAsync(), await app.CreateUserAsync());
        using var passkey = await SoftPasskey.AddAsync(app, other);
        using var visitor = await PageClient.SignInAsync(app, user);
        var options = await visitor.SubmitAsync("/account", "/passkeys/options", ("Purpose", "step-up"));
        var answer = passkey.Answer(options.Body, new(app.BaseAddress.GetLeftPart(UriPartial.Authority)));
        var stepUp = await visitor.PostWithTokenAsync("/reauthenticate/passkey", ("Credential", answer));
        Assert.That(stepUp.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        foreach (var change in (string[])["rename", "remove"])
        {
            var sent = await visitor.PostWithTokenAsync($"/account/passkeys/{passkey.PathId}/{change}", ("Name", "Mine"));
            Assert.That(sent.Status, Is.EqualTo(HttpStatusCode.NotFound), change);
        }

        Assert.That(await app.QueryAsync<string>("SELECT data->>'Name' FROM user_passkeys WHERE user_id = $1", other.Id), Is.EqualTo("Soft"));
    }

    [Test]
    public async Task Removing_one_ends_other_sessions_forgets_devices_and_is_notified()
    {
        var user = await app.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var elsewhere = await PageClient.SignInAsync(app, user);
        var client = new ApiClient(app);
        var tokens = await client.LoginAsync(user);
        await app.QueryAsync<object>(
            "INSERT INTO known_devices (id, user_id, browser_id, key_hash, created_at, last_seen_at, trusted_until) VALUES (gen_random_uuid(), $1, gen_random_uuid(), '', now(), now(), now() + interval '1 day')", user.Id);
        using var visitor = await PageClient.SignInAsync(app, user);
        var sent = await visitor.SubmitAsync("/account", $"/account/passkeys/{passkey.PathId}/remove");
        Assert.That(sent.Status, Is.EqualTo(HttpStatusCode.Redirect));
        var own = await visitor.GetAsync("/account/passkeys");
        var page = await elsewhere.GetAsync("/account");
        var refreshed = await client.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(own.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(page.Status, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(refreshed.Status, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM user_passkeys WHERE user_id = $1", user.Id), Is.Zero);
            Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM known_devices WHERE user_id = $1 AND trusted_until > now()", user.Id), Is.Zero);
            Assert.That(await app.QueryAsync<string>("SELECT detail FROM security_events WHERE user_id = $1 AND kind = 'passkey_changed'", user.Id), Is.EqualTo("removed"));
            Assert.That((await Mailbox.SubjectsAsync(user.Email, app)).Count(subject => subject.Contains("passkey", StringComparison.OrdinalIgnoreCase)), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Twenty_passkeys_added_at_once_make_ten()
    {
        var user = await app.CreateUserAsync();
        var (session, _) = await app.OpenBrowserSessionAsync(user);
        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            await using var scope = app.Services.CreateAsyncScope();
            var passkey = new UserPasskeyInfo(RandomNumberGenerator.GetBytes(16), [1], default, 0, ["internal"], true, false, false, [], []);
            return await scope.ServiceProvider.GetRequiredService<PasskeyDirectory>().AddAsync(new(user.Id, session, new(null, null)), passkey, $"No. {number}", CancellationToken.None);
        }));
        Assert.That(added.Count(yes => yes), Is.EqualTo(PasskeyDirectory.MaxCount));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM user_passkeys WHERE user_id = $1", user.Id), Is.EqualTo(PasskeyDirectory.MaxCount));
        using var visitor = await PageClient.SignInAsync(app, user);
        Assert.That((await visitor.SubmitAsync("/account", "/account/passkeys/add/options")).Body, Does.Contain("as many passkeys as"));
    }

    [TestCase("  My phone\t", "My phone")]
    [TestCase("", null)]
    [TestCase(" \r\n", null)]
    [TestCase("1234567890123456789012345678901234567890123456789012345678901", null)]
    public void A_name_has_something_to_read_and_an_end(string typed, string? kept) => Assert.That(PasskeyName.Parse(typed), Is.EqualTo(kept));

    [TestCase("https://Accounts.Example.org/", "accounts.example.org", "https://accounts.example.org", true)]
    [TestCase("https://bücher.example:8443/base", "xn--bcher-kva.example", "https://xn--bcher-kva.example:8443", true)]
    [TestCase("http://localhost:5000", "localhost", "http://localhost:5000", true)]
    [TestCase("http://192.0.2.1:5000", "192.0.2.1", "http://192.0.2.1:5000", false)]
    [TestCase("http://[::1]:5000", null, null, false)]
    public void Passkeys_are_tied_to_the_configured_site(string baseUrl, string? id, string? origin, bool named)
    {
        var site = new RelyingParty(Microsoft.Extensions.Options.Options.Create(new AppOptions { BaseUrl = new(baseUrl) }));
        Assert.That(site.IsNamed, Is.EqualTo(named));
        if (id is not null)
        {
            Assert.That((site.Id, site.Origin), Is.EqualTo((id, origin)));
        }
    }
}
