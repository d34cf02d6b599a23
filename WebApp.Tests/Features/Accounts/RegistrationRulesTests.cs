using System.Net;
using WebApp.Platform.Users;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

/// <summary>Who may register: by the configuration, or by the console on all nodes at once.</summary>
public sealed class RegistrationRulesTests : OwnApp
{
    private const string Password = "Copper lantern over the 7 hills!";

    private PageClient console = null!;

    [OneTimeSetUp]
    public async Task OpenConsole() => console = await PageClient.SignInAsync(App, await App.CreateAdminAsync());

    [OneTimeTearDown]
    public void CloseConsole() => console.Dispose();

    [SetUp]
    public Task Open() => SetAsync("Open");

    [Test]
    public async Task Closing_acts_on_the_next_request_on_another_node_alike_for_known_and_unknown_addresses()
    {
        await using var other = await TestApp.StartAsync(App.ConnectionString);
        var there = new ApiClient(other);
        using var visitor = new PageClient(other);
        Assert.That((await RegisterAsync(there, New())).Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await visitor.GetAsync("/login")).Text, Does.Contain("Create an account"));

        await SetAsync("Closed");
        var (known, unknown) = (await RegisterAsync(there, (await App.CreateUserAsync()).Email), await RegisterAsync(there, New()));
        Assert.That((known.Status, known.Code), Is.EqualTo((HttpStatusCode.Forbidden, "registration_closed")));
        Assert.That(unknown.Json.GetProperty("detail").GetString(), Is.EqualTo(known.Json.GetProperty("detail").GetString()));
        Assert.That(unknown.Status, Is.EqualTo(known.Status));
        Assert.That((await visitor.PostFormAsync("/register", ("Email", New()), ("Password", Password))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        await Patience.UntilAsync(async () => (await visitor.GetAsync("/register")).Status == HttpStatusCode.Forbidden);
        Assert.That((await visitor.GetAsync("/login")).Text, Does.Not.Contain("href=\"/register"));
        Assert.That((await visitor.GetAsync("/")).Text, Does.Not.Contain("href=\"/register"));
    }

    [Test]
    public async Task By_invitation_the_invited_person_comes_in_and_nobody_else()
    {
        var (owner, invited) = ((await Api.LoginAsync(await App.CreateUserAsync())).Access, New());
        var group = await Api.CreateGroupAsync(owner);
        await SetAsync("Invited");
        Assert.That((await RegisterAsync(Api, invited)).Code, Is.EqualTo("registration_closed"));
        Assert.That((await Api.PostAsync($"/groups/{group}/invitations", new { email = invited, role = "member" }, owner)).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await RegisterAsync(Api, (await App.CreateUserAsync()).Email)).Code, Is.EqualTo("registration_closed"));
        Assert.That((await RegisterAsync(Api, invited)).Status, Is.EqualTo(HttpStatusCode.Accepted));
        await App.ConfirmAsync(invited, Password);
        await Api.LoginAsync(new(Guid.Empty, invited, Password));

        await SetAsync("Closed");
        Assert.That((await Api.PostAsync($"/groups/{group}/invitations", new { email = New(), role = "member" }, owner)).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await RegisterAsync(Api, invited)).Code, Is.EqualTo("registration_closed"));
    }

    [Test]
    public async Task Only_addresses_of_allowed_domains_may_register()
    {
        await SetAsync("Open", "Example.ORG, bücher.example");
        Assert.That((await RegisterAsync(Api, New())).Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await RegisterAsync(Api, $"user-{Guid.NewGuid():N}@bücher.example")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        foreach (var domain in new[] { "example.com", "sub.example.org", "example.org.example.com" })
        {
            Assert.That((await RegisterAsync(Api, $"user-{Guid.NewGuid():N}@{domain}")).Code, Is.EqualTo("registration_closed"), domain);
        }
    }

    [Test]
    public async Task A_registration_that_waits_is_not_confirmed_after_closing()
    {
        var email = New();
        await RegisterAsync(Api, email);
        var mail = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
        await SetAsync("Closed");
        Assert.That((await Api.PostAsync("/auth/confirm-email", new { token = mail.Token, password = Password })).Code, Is.EqualTo("registration_closed"));
        using var browser = new PageClient(App);
        Assert.That((await browser.SubmitAsync(mail.Link, "/confirm-email", ("Token", mail.Token), ("Password", Password))).Text, Does.Contain("Registration is closed"));
        await SetAsync("Open");
        Assert.That((await Api.PostAsync("/auth/confirm-email", new { token = mail.Token, password = Password })).Status, Is.EqualTo(HttpStatusCode.NoContent));
    }

    [Test]
    public async Task A_change_is_audited_and_a_wrong_domain_is_refused_with_its_reason()
    {
        var before = await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'registration_changed' AND detail = 'Invited; example.org'");
        await SetAsync("Invited", "example.org");
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'registration_changed' AND detail = 'Invited; example.org' AND user_id IS NOT NULL"), Is.EqualTo(before + 1));
        Assert.That((await console.GetAsync("/admin/settings")).Text, Does.Contain("value=\"example.org\""));
        var refused = await console.SubmitAsync("/admin/settings", "/admin/settings/registration", ("Mode", "Open"), ("Domains", "not a domain"));
        Assert.That(refused.Text, Does.Contain("is not a domain"));
        Assert.That((await RegisterAsync(Api, New())).Code, Is.EqualTo("registration_closed"), "nothing was changed");
    }

    [Test]
    public async Task The_configuration_is_the_default_and_can_pin_a_value()
    {
        await using var closed = await TestApp.StartAsync(settings: "Registration:Mode=Closed");
        Assert.That((await RegisterAsync(new(closed), New())).Code, Is.EqualTo("registration_closed"));

        await SetAsync("Open");
        await using var pinned = await TestApp.StartAsync(App.ConnectionString, null, "Registration:Mode=Open", "Registration:AllowedDomains=example.net, example.com", "Registration:Pinned=true");
        Assert.That((await RegisterAsync(new(pinned), New())).Code, Is.EqualTo("registration_closed"));
        Assert.That((await RegisterAsync(new(pinned), $"user-{Guid.NewGuid():N}@example.net")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        using var browser = await PageClient.SignInAsync(pinned, await pinned.CreateAdminAsync());
        Assert.That((await browser.GetAsync("/admin/settings")).Text, Does.Contain("Registration:Pinned"));
        var answer = await browser.SubmitAsync("/admin/settings", "/admin/settings/registration", ("Mode", "Closed"));
        Assert.That(answer.Text, Does.Contain("cannot be changed here"));
        Assert.That((await RegisterAsync(Api, New())).Status, Is.EqualTo(HttpStatusCode.Accepted), "nor for other nodes");
    }

    [Test]
    public async Task The_setting_wants_its_permission()
    {
        var (reader, _) = await App.CreateUserWithAsync(Permission.UsersRead);
        using var browser = await PageClient.SignInAsync(App, reader);
        Assert.That((await browser.GetAsync("/admin/settings")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        var (writer, _) = await App.CreateUserWithAsync(Permission.SettingsWrite);
        using var other = await PageClient.SignInAsync(App, writer);
        Assert.That((await other.GetAsync("/admin")).Location, Is.EqualTo("/admin/settings"));
    }

    private static string New() => $"user-{Guid.NewGuid():N}@example.org";

    private static Task<Answer> RegisterAsync(ApiClient api, string email) => api.PostAsync("/auth/register", new { email, password = Password });

    private async Task SetAsync(string mode, string domains = "") => Assert.That(
        (await console.SubmitAsync("/admin/settings", "/admin/settings/registration", ("Mode", mode), ("Domains", domains))).Location, Is.EqualTo("/admin/settings"));
}
