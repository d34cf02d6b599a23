using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WebApp.Platform.Data;
using WebApp.Platform.Workers;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Reading changes nothing (ASVS 3.5.1): whatever is fetched, by whomever, with whatever live link and id.</summary>
public sealed class HarmlessGetTests
{
    private static readonly HttpMethod[] Reading = [HttpMethod.Get, HttpMethod.Head, HttpMethod.Options];

    private TestApp App { get; set; } = null!;

    private ApiClient Api => new(App);

    // By name, as passkeys want it.
    [OneTimeSetUp]
    public async Task Start() => App = await TestApp.StartNamedAsync();

    [OneTimeTearDown]
    public ValueTask Stop() => App.DisposeAsync();

    [Test]
    public async Task Nothing_that_is_fetched_changes_a_row()
    {
        var user = await App.CreateUserAsync("Ada");
        using var owner = new Visitor(App);
        var tokens = await LinksAsync(user);
        var member = await App.CreateUserAsync("Grace");
        var (bearer, ids) = await BelongingsAsync(user, member, owner);

        // What was begun by all this and by the start is done: mail is out, events are sealed, and recurring work is not due again for minutes.
        var workers = App.Services.GetServices<IHostedService>().OfType<DueWorker>().Count();
        await Patience.UntilAsync(async () => await App.QueryAsync<long>("SELECT (SELECT count(*) FROM outbox_messages WHERE sent_at IS NULL) + (SELECT count(*) FROM security_events WHERE seq IS NULL)") == 0
            && await App.QueryAsync<long>("SELECT count(*) FROM due_work WHERE done_at > 'epoch'") == workers);
        using var stranger = new Visitor(App);

        var before = await Fingerprint.TakeAsync(App);
        var ways = WayIn.All(App).Where(way => way.Reads).ToArray();
        var (fetched, shut) = (0, ways.ToHashSet());
        foreach (var way in ways)
        {
            foreach (var path in way.Route.Contains('{', StringComparison.Ordinal) ? ids.Select(id => way.Path(id, member.Id.ToString())) : [way.Path()])
            {
                foreach (var query in tokens.Select(token => Query(way, token, member.Id)).Distinct())
                {
                    foreach (var (visitor, method) in Reading.SelectMany(method => new[] { (owner, method), (stranger, method) }))
                    {
                        var cookies = visitor.Cookies.ToArray();
                        using var request = new HttpRequestMessage(method, new Uri(path + query, UriKind.Relative));
                        request.Headers.Authorization = visitor == owner ? new("Bearer", bearer) : null;
                        using var answer = await visitor.SendAsync(request);
                        Assert.That((int)answer.StatusCode, Is.LessThan(500), $"{method} {path}{query}");
                        visitor.Cookies.Clear();
                        Array.ForEach(cookies, cookie => visitor.Cookies[cookie.Key] = cookie.Value);
                        fetched++;
                        if (answer.IsSuccessStatusCode)
                        {
                            shut.Remove(way);
                        }
                    }
                }
            }
        }

        TestContext.Out.WriteLine($"{fetched} fetched");
        // The last one only redirects. The others are opened by sealed passes (SitePassTests), by a sealed ticket (DoctorTests), while there is no administrator (SetupTests),
        // by the request or the token of an application (ProviderTests), and by the answer of an outside provider (ExternalSignInTests).
        shut.RemoveWhere(way => way.Route is "forward-auth" or "forward-auth/enter" or "health/probe" or "setup" or "connect/authorize" or "connect/userinfo" or ".well-known/change-password"
            or "login/external/{name}/callback" or "register/external" or "account/external-logins/confirm");
        Assert.That(shut, Is.Empty, "the walk was to open every page, not only to be refused");
        Assert.That(await Fingerprint.TakeAsync(App), Is.EqualTo(before));
    }

    // Everything a page or call asks for in its query, the live token among it.
    private static string Query(WayIn way, string token, Guid member) => way.Inputs.Length == 0 ? "" : "?" + string.Join('&', way.Inputs.Select(name => $"{name}={name.ToUpperInvariant() switch
    {
        "TOKEN" => token,
        "METHOD" => "email",
        "LIMIT" => "10",
        "PAGE" => "1",
        "ACT" => "lock",
        "ID" => $"{member}",
        "MINUTES" => "60",
        "RETURNURL" => "%2Faccount",
        _ => "",
    }}"));

    /// <summary>A live token of every kind of mailed link.</summary>
    private async Task<string[]> LinksAsync(TestUser user)
    {
        var newcomer = $"{Guid.NewGuid():N}@example.org";
        await Api.PostAsync("/auth/register", new { email = newcomer, password = "Copper lantern over the 7 hills!" });
        await Api.PostAsync("/auth/forgot-password", new { email = user.Email });
        var mover = await App.CreateUserAsync();
        using var page = await PageClient.SignInAsync(App, mover);
        var (moved, further) = ($"moved-{Guid.NewGuid():N}@example.org", $"further-{Guid.NewGuid():N}@example.org");
        await page.PostFormAsync("/account/email", ("Email", moved));
        await page.PostFormAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(moved, "/confirm-email-change", App.BaseAddress)).Token));
        await page.PostFormAsync("/account/password", ("CurrentPassword", mover.Password), ("NewPassword", TestUser.NewPassword("Velvet harbour")));
        await page.PostFormAsync("/account/email", ("Email", further));
        return
        [
            (await Mailbox.NewestAsync(newcomer, "/confirm-email", App.BaseAddress)).Token,
            (await Mailbox.NewestAsync(user.Email, "/reset-password", App.BaseAddress)).Token,
            (await Mailbox.NewestAsync(mover.Email, "/undo-email-change", App.BaseAddress)).Token,
            (await Mailbox.NewestAsync(moved, "/not-me", App.BaseAddress)).Token,
            (await Mailbox.NewestAsync(further, "/confirm-email-change", App.BaseAddress)).Token,
        ];
    }

    /// <summary>Sessions, devices, factors, tokens and a sign-in under way, all the user's own; a token for the API, and every id there is.</summary>
    private async Task<(string Bearer, string[] Ids)> BelongingsAsync(TestUser user, TestUser member, Visitor owner)
    {
        await App.QueryAsync<object>("INSERT INTO user_roles (user_id, role_id) VALUES ($1, $2)", user.Id, Role.AdminId);
        await owner.SignInAsync(user);
        var bearer = (await Api.LoginAsync(user)).Access;
        Assert.That((await Api.PostAsync("/api-tokens", new { name = "Backup" }, bearer)).Json.GetProperty("token").GetString(), Is.Not.Null);
        using var passkey = await SoftPasskey.AddAsync(App, user);
        using var half = new Visitor(App);
        var second = await App.CreateMfaUserAsync();
        using var page = await half.GetAsync("/login");
        using var begun = await half.PostAsync("/login", ("Email", second.Email), ("Password", second.Password));
        owner.Cookies["pending"] = half.Cookies["pending"];
        await Api.PostAsync("/admin/roles", new { name = "helper", permissions = new[] { "users.read" } }, bearer);
        var group = await Api.CreateGroupAsync(bearer, "Sunday choir");
        await Api.PostAsync($"/groups/{group}/invitations", new { email = "guest@example.org" }, bearer);
        await App.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, 'member', now())", group, member.Id);
        await App.QueryAsync<object>("INSERT INTO external_logins (id, user_id, issuer, subject, provider, created_at) VALUES (gen_random_uuid(), $1, 'https://idp.example.org/', 'ada', 'house', now())", user.Id);
        var client = (await Api.PostAsync("/admin/clients", new { name = "Wiki", redirect_uris = new[] { "https://wiki.example.org/callback" } }, bearer)).Json.GetProperty("client_id").GetString()!;
        var ids = await App.QueryAsync<string[]>(
            """
            SELECT array_agg(id::text) FROM (
                SELECT id FROM sessions UNION ALL SELECT id FROM known_devices UNION ALL SELECT id FROM api_tokens UNION ALL SELECT id FROM groups UNION ALL SELECT id FROM roles UNION ALL SELECT id FROM group_invitations UNION ALL SELECT id FROM external_logins UNION ALL (SELECT id FROM users LIMIT 3) UNION ALL (SELECT id FROM security_events LIMIT 2) UNION ALL (SELECT id FROM outbox_messages LIMIT 2)) every
            """);
        return (bearer, [passkey.PathId, client, .. ids!]);
    }
}
