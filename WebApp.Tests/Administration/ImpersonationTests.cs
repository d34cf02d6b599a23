using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Sessions.Impersonating;
using WebApp.Platform.Data;
using WebApp.Platform.Users;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Administration;

/// <summary>An administrator sees what somebody else sees: reading alone, for a while, with both on record; and whoever tries more than that.</summary>
public sealed class ImpersonationTests : OwnApp
{
    private static readonly string[] Shown =
        ["/account", "/account/profile", "/account/email", "/account/password", "/account/mfa", "/account/passkeys", "/account/sessions", "/account/groups", "/account/activity"];

    private static readonly string[] Shut =
    [
        "/account/api-tokens", "/account/data", "/account/mfa/totp", "/account/mfa/recovery-codes", "/reauthenticate", "/device", "/login", "/register",
        "/admin", "/admin/users", "/dev/mailbox", "/forward-auth?to=https%3A%2F%2Fwiki.example.org",
    ];

    private TestUser administrator = null!;
    private TestUser user = null!;
    private PageClient browser = null!;

    [SetUp]
    public async Task SignIn()
    {
        (administrator, user) = (await App.CreateAdminAsync(), await App.CreateUserAsync("Ada Lovelace"));
        browser = await PageClient.SignInAsync(App, administrator);
    }

    [Test]
    public async Task The_account_pages_are_shown_with_a_banner_and_nothing_else_is()
    {
        await BeginAsync();
        foreach (var path in Shown)
        {
            var page = await browser.GetAsync(path);
            Assert.That((int)page.Status, Is.EqualTo(200), path);
            Assert.That(page.Text, Does.Contain("Read-only: you are viewing <strong>Ada Lovelace</strong>").And.Contain("action=\"/admin/impersonation/end\"").And.Not.Contain("action=\"/logout\""), path);
        }

        Assert.That((await browser.GetAsync("/account")).Text, Does.Contain(user.Email).And.Not.Contain(administrator.Email).And.Not.Contain("Console</a>"));
        foreach (var path in Shut)
        {
            var page = await browser.GetAsync(path);
            Assert.That((int)page.Status, Is.EqualTo(403), path);
            Assert.That(page.Text, Does.Contain("Read-only: you are viewing <strong>Ada Lovelace</strong>"), path);
        }
    }

    [Test]
    public async Task Nothing_that_changes_something_passes_whatever_it_is_sent_with()
    {
        await BeginAsync();
        var token = await browser.AntiforgeryTokenAsync("/account/profile");
        var ways = WayIn.All(App).Where(way => !way.Reads && way.Route != "admin/impersonation/end").ToArray();
        Assert.That(ways, Has.Length.GreaterThan(90));
        var before = await RowsAsync();
        foreach (var way in ways)
        {
            var answer = await browser.SendAsync(way.Method, way.Path(user.Id.ToString()), ("__RequestVerificationToken", token), ("DisplayName", "Mallory"), ("Confirmation", user.Email), ("NewPassword", "Copper lantern over the 7 hills!"));
            // What is no request of the protocol is refused as such, before anything is asked about the user.
            Assert.That((int)answer.Status, way.Route.StartsWith("connect/", StringComparison.Ordinal) ? Is.AnyOf(400, 401, 403) : Is.EqualTo(403), $"{way}");
        }

        Assert.That(await RowsAsync(), Is.EqualTo(before));
        Assert.That((await Api.GetAsync("/me", (await Api.LoginAsync(user)).Access)).Json.GetProperty("display_name").GetString(), Is.EqualTo("Ada Lovelace"));
    }

    [Test]
    public async Task Nobody_signs_in_to_an_application_as_the_user()
    {
        var client = (await Api.PostAsync("/admin/clients", new { name = "Wiki", @public = true, trusted = true, redirect_uris = new[] { "https://wiki.example.org/callback" } }, (await Api.LoginAsync(administrator)).Access)).Json.GetProperty("client_id").GetString();
        var request = $"/connect/authorize?client_id={client}&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fwiki.example.org%2Fcallback&code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        Assert.That((await browser.GetAsync(request)).Headers["Location"], Does.StartWith("https://wiki.example.org/callback?").And.Contain("code="), "as themselves they may");
        await BeginAsync();
        var refused = await browser.GetAsync(request);
        Assert.That(((int)refused.Status, refused.Headers.GetValueOrDefault("Location")), Is.EqualTo((403, (string?)null)));
    }

    [Test]
    public async Task It_is_ended_by_hand_and_the_administrator_is_himself_again()
    {
        await BeginAsync("ticket 4711");
        var ended = await browser.SubmitAsync("/account", "/admin/impersonation/end");
        Assert.That(ended.Headers["Location"], Is.EqualTo($"/admin/users/{user.Id}"));
        Assert.That((await browser.GetAsync("/account")).Text, Does.Contain(administrator.Email).And.Not.Contain("Read-only: you are viewing"));
        Assert.That(await App.QueryAsync<string[]>("SELECT array_agg(kind || ' ' || actor_id || ' ' || coalesce(detail, '') ORDER BY id) FROM security_events WHERE user_id = $1 AND actor_id IS NOT NULL", user.Id), Is.EqualTo(new[]
        {
            $"impersonation_started {administrator.Id} ticket 4711", $"impersonation_ended {administrator.Id} ",
        }));
        Assert.That(await Mailbox.OfSubjectAsync(user.Email, "An administrator viewed your account", App.BaseAddress), Does.Contain("ticket 4711"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1", user.Id), Is.Zero, "no session of the person's own was opened");
    }

    [Test]
    public async Task A_saved_cookie_is_worth_nothing_once_it_ended_nor_beside_another_session()
    {
        await BeginAsync();
        var cookie = browser.Cookie("impersonation");
        var other = await PageClient.SignInAsync(App, await App.CreateAdminAsync());
        Assert.That((await other.With("impersonation", cookie).GetAsync("/account")).Headers["Location"], Is.EqualTo("/admin/users"));
        var plain = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        Assert.That((await plain.With("impersonation", cookie).GetAsync("/account")).Text, Does.Not.Contain(user.Email));
        Assert.That((int)(await new PageClient(App).With("impersonation", cookie).GetAsync("/account")).Status, Is.EqualTo(302));
        await browser.SubmitAsync("/account", "/admin/impersonation/end");
        browser.With("impersonation", cookie);
        Assert.That((await browser.GetAsync("/account")).Headers["Location"], Is.EqualTo("/admin/users"));
        Assert.That((await browser.GetAsync("/account")).Text, Does.Contain(administrator.Email));
    }

    [Test]
    public async Task It_runs_out_and_what_was_meant_for_the_other_account_is_not_done_to_ones_own()
    {
        await using var app = await TestApp.StartAsync();
        (administrator, user) = (await app.CreateAdminAsync(), await app.CreateUserAsync("Ada Lovelace"));
        browser = await PageClient.SignInAsync(app, administrator);
        await BeginAsync();
        var token = await browser.AntiforgeryTokenAsync("/account/profile");
        app.Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.That((await browser.GetAsync("/account")).Text, Does.Contain(user.Email));
        Assert.That((int)(await browser.GetAsync("/account/password")).Status, Is.EqualTo(200), "nobody is asked for a password that is not theirs");
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.That((int)(await browser.PostAsync("/account/profile", ("__RequestVerificationToken", token), ("DisplayName", "Mallory"))).Status, Is.AnyOf(400, 403));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM users WHERE display_name = 'Mallory'"), Is.Zero);
        Assert.That((await browser.GetAsync("/account")).Text, Does.Not.Contain(user.Email));
    }

    [Test]
    public async Task An_end_that_nobody_brought_about_is_on_record_once()
    {
        await using var app = await TestApp.StartAsync();
        await using var other = await TestApp.StartAsync(app.ConnectionString);
        (administrator, user) = (await app.CreateAdminAsync(), await app.CreateUserAsync("Ada Lovelace"));
        browser = await PageClient.SignInAsync(app, administrator);
        await BeginAsync();
        Assert.That(await EndsAsync(), Is.Empty);
        app.Clock.Advance(TimeSpan.FromMinutes(16));
        other.Clock.Advance(TimeSpan.FromMinutes(16));
        await Task.WhenAll(new[] { app, other, app, other }.Select(node => node.Services.GetRequiredService<ImpersonationEnds>().RecordAsync(default)));
        Assert.That(await EndsAsync(), Is.EqualTo([$"{administrator.Id} ran out"]));

        // Its session ended, or it gave way to another.
        browser = await PageClient.SignInAsync(app, administrator);
        await BeginAsync();
        await browser.GetAsync("/account");
        await new ApiClient(app).DeleteAsync("/sessions", (await new ApiClient(app).LoginAsync(administrator)).Access);
        await app.Services.GetRequiredService<ImpersonationEnds>().RecordAsync(default);
        Assert.That(await EndsAsync(), Is.EqualTo([$"{administrator.Id} ran out", $"{administrator.Id} session ended"]));

        browser = await PageClient.SignInAsync(app, administrator);
        await BeginAsync();
        var second = await app.CreateUserAsync();
        browser.With("impersonation", "");
        Assert.That((await browser.SubmitAsync($"/admin/users/{second.Id}/impersonate", ("Reason", "asked to look"))).Headers.GetValueOrDefault("Location"), Is.EqualTo("/account"));
        Assert.That(await EndsAsync(), Is.EqualTo([$"{administrator.Id} ran out", $"{administrator.Id} session ended", $"{administrator.Id} another was begun"]));

        async Task<string[]> EndsAsync() => await app.QueryAsync<string[]>(
            "SELECT array_agg(actor_id || ' ' || detail ORDER BY id) FROM security_events WHERE user_id = $1 AND kind = 'impersonation_ended'", user.Id) ?? [];
    }

    [Test]
    public async Task It_ends_with_the_administrators_session_his_role_and_the_persons_account()
    {
        await BeginAsync();
        await App.QueryAsync<object>("INSERT INTO user_roles VALUES ($1, $2)", user.Id, Role.AdminId);
        await Patience.UntilAsync(async () => (await browser.GetAsync("/account")).Text.Contains(user.Email, StringComparison.Ordinal) == false);

        user = await App.CreateUserAsync("Grace");
        browser = await PageClient.SignInAsync(App, administrator);
        await BeginAsync();
        await App.QueryAsync<object>("DELETE FROM user_roles WHERE user_id = $1 AND role_id = $2", administrator.Id, Role.AdminId);
        await Patience.UntilAsync(async () => (await browser.GetAsync("/account")).Text.Contains(user.Email, StringComparison.Ordinal) == false);

        administrator = await App.CreateAdminAsync();
        browser = await PageClient.SignInAsync(App, administrator);
        await BeginAsync();
        Assert.That((await Api.PostAsync("/auth/logout-everywhere", null, (await Api.LoginAsync(administrator)).Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await browser.IsSignedInAsync(), Is.False);
    }

    [Test]
    public async Task Only_an_administrator_begins_one_with_a_reason_and_never_with_an_administrator_or_a_closed_account()
    {
        var (helper, _) = await App.CreateUserWithAsync(Permission.UsersRead, Permission.UsersWrite, Permission.RolesWrite);
        var helping = await PageClient.SignInAsync(App, helper);
        var path = $"/admin/users/{user.Id}/impersonate";
        Assert.That((int)(await helping.SubmitAsync("/account/profile", path, ("Reason", "asked to look"))).Status, Is.EqualTo(403));
        var access = (await Api.LoginAsync(administrator)).Access;
        Assert.That((await Api.PostAsync("/admin/roles", new { name = $"r{Guid.NewGuid():N}", permissions = RoleUsers.Named(Permission.UsersImpersonate) }, access)).Code, Is.EqualTo("validation_failed"));

        foreach (var reason in new[] { "", "  x ", "\r\n\t" })
        {
            var refused = await browser.SubmitAsync(path, ("Reason", reason));
            Assert.That(((int)refused.Status, refused.Text.Contains("Reason-error", StringComparison.Ordinal)), Is.EqualTo((200, true)), reason);
        }

        foreach (var target in new[] { await App.CreateAdminAsync(), administrator })
        {
            await browser.SubmitAsync($"/admin/users/{target.Id}/impersonate", ("Reason", "asked to look"));
            Assert.That(browser.Cookie("impersonation"), Is.Null);
        }

        await App.QueryAsync<object>("UPDATE users SET deletion_requested_at = now() WHERE id = $1", user.Id);
        await browser.SubmitAsync(path, ("Reason", "asked to look"));
        Assert.That(browser.Cookie("impersonation"), Is.Null);
        Assert.That((int)(await browser.SubmitAsync(path, $"/admin/users/{Guid.NewGuid()}/impersonate", ("Reason", "asked to look"))).Status, Is.EqualTo(404));
    }

    private async Task BeginAsync(string reason = "asked to look")
    {
        var begun = await browser.SubmitAsync($"/admin/users/{user.Id}/impersonate", ("Reason", reason));
        Assert.That(begun.Headers.GetValueOrDefault("Location"), Is.EqualTo("/account"), begun.Text);
    }

    // Of events only those of this test's accounts: what another test began may run out meanwhile.
    private Task<string?> RowsAsync() => App.QueryAsync<string>(
        "SELECT concat_ws(' ', (SELECT md5(string_agg(u::text, ';' ORDER BY id)) FROM users u), (SELECT count(*) FROM sessions WHERE revoked_at IS NULL), (SELECT count(*) FROM api_tokens), (SELECT count(*) FROM groups), (SELECT string_agg(kind, ',' ORDER BY id) FROM security_events WHERE user_id IN ($1, $2)))",
        user.Id, administrator.Id);
}
