using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Applications;

/// <summary>Applications that act for themselves, and the administration of applications.</summary>
public sealed class ServiceAccountTests
{
    private static TestApp App => TestApp.Shared;

    [Test]
    public async Task A_service_account_introspects_with_the_permission_only()
    {
        var service = OidcClient.Settings with { RedirectUris = [], PostLogoutRedirectUris = [], IsService = true };
        using var may = await OidcClient.CreateAsync(App, service with { Permissions = ["tokens.introspect"] });
        using var mayNot = await OidcClient.CreateAsync(App, service);
        using var party = await OidcClient.CreateAsync(App);
        var user = await App.CreateUserAsync();
        using var browser = await PageClient.SignInAsync(App, user);
        var tokens = await party.SignInAsync(browser);

        var (known, unknown, refresh) = (await may.IntrospectAsync(tokens.Access), await mayNot.IntrospectAsync(tokens.Access), await may.IntrospectAsync(tokens.Refresh!));

        Assert.That(known.Json.GetProperty("active").GetBoolean(), Is.True, known.Text);
        Assert.That(known.Json.GetProperty("sub").GetString(), Is.EqualTo(user.Id.ToString()));
        Assert.That(known.Json.GetProperty("client_id").GetString(), Is.EqualTo(party.ClientId));
        Assert.That(Answer.Members(known.Json).Where(name => name.StartsWith("oi_", StringComparison.Ordinal)), Is.Empty);
        Assert.That(unknown.Json.GetProperty("active").GetBoolean(), Is.False);
        Assert.That(refresh.Json.GetProperty("active").GetBoolean(), Is.False);
    }

    [Test]
    public async Task A_service_account_introspects_the_tokens_of_the_API_by_its_secret()
    {
        var service = OidcClient.Settings with { RedirectUris = [], PostLogoutRedirectUris = [], IsService = true };
        using var may = await OidcClient.CreateAsync(App, service with { Permissions = ["tokens.introspect"] });
        using var mayNot = await OidcClient.CreateAsync(App, service);
        var user = await App.CreateUserAsync();
        var access = (await new ApiClient(App).LoginAsync(user)).Access;

        var known = await IntrospectAsync($"{may.ClientId}:{may.Secret}", access);
        Assert.That((known.Status, known.Json.GetProperty("sub").GetString()), Is.EqualTo((HttpStatusCode.OK, user.Id.ToString())), known.Text);
        Assert.That((await IntrospectAsync($"{may.ClientId}:{may.Secret}", "x")).Json.GetProperty("active").GetBoolean(), Is.False);
        Assert.That((await IntrospectAsync($"{mayNot.ClientId}:{mayNot.Secret}", access)).Code, Is.EqualTo("forbidden"));
        foreach (var wrong in new[] { $"{may.ClientId}:{mayNot.Secret}", $"{may.ClientId}:", may.ClientId, $"{may.ClientId}%00:{may.Secret}", $"nobody:{may.Secret}", "\u00ff" })
        {
            var refused = await IntrospectAsync(wrong, access);
            Assert.That((refused.Code, refused.Headers.GetValueOrDefault("WWW-Authenticate")), Is.EqualTo(("invalid_credentials", "Basic realm=\"introspection\"")), wrong);
        }

        await App.QueryAsync<object>("UPDATE applications SET own_permissions = '{}' WHERE client_id = $1", may.ClientId);
        Assert.That((await IntrospectAsync($"{may.ClientId}:{may.Secret}", access)).Code, Is.EqualTo("forbidden"), "at once");
    }

    private static async Task<Answer> IntrospectAsync(string credentials, string token)
    {
        using var http = App.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/tokens/introspect", UriKind.Relative)) { Content = new FormUrlEncodedContent([KeyValuePair.Create("token", token)]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(credentials)));
        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    [Test]
    public async Task Client_credentials_give_a_token_of_the_application_and_of_no_user()
    {
        using var service = await OidcClient.CreateAsync(App, OidcClient.Settings with { RedirectUris = [], IsService = true });
        using var party = await OidcClient.CreateAsync(App);

        var tokens = GrantedTokens.From(await service.TokenAsync(("grant_type", "client_credentials")));
        var refused = await party.TokenAsync(("grant_type", "client_credentials"));

        Assert.That(GrantedTokens.Payload(tokens.Access).GetProperty("sub").GetString(), Is.EqualTo(service.ClientId));
        Assert.That((tokens.Refresh, tokens.Identity), Is.EqualTo(((string?)null, (string?)null)));
        Assert.That((await service.UserInfoAsync(tokens.Access)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((int)(await new ApiClient(App).GetAsync("/me", tokens.Access)).Status, Is.EqualTo(401));
        Assert.That(refused.Json.GetProperty("error").GetString(), Is.EqualTo("unauthorized_client"), refused.Text);
    }

    [Test]
    public async Task Two_secrets_are_good_at_a_time()
    {
        var api = new ApiClient(App);
        var admin = (await api.LoginAsync(await App.CreateAdminAsync())).Access;
        var made = await api.PostAsync("/admin/clients", new { name = "Job", service = true }, admin);
        Assert.That(made.Status, Is.EqualTo(HttpStatusCode.Created), made.Text);
        var id = made.Json.GetProperty("client_id").GetString()!;
        List<string> secrets = [made.Json.GetProperty("client_secret").GetString()!];
        for (var n = 0; n < 2; n++)
        {
            secrets.Add((await api.PostAsync($"/admin/clients/{id}/secret", null, admin)).Json.GetProperty("client_secret").GetString()!);
        }

        List<HttpStatusCode> answers = [];
        foreach (var secret in secrets)
        {
            using OidcClient client = new(App.BaseAddress, id, secret);
            answers.Add((await client.TokenAsync(("grant_type", "client_credentials"))).Status);
        }

        var listed = await api.GetAsync($"/admin/clients/{id}", admin);
        Assert.That(answers, Is.EqualTo(new[] { HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.OK }));
        Assert.That(listed.Json.GetProperty("client_secret").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM applications WHERE client_secret LIKE '%' || $1 || '%'", secrets[2]), Is.Zero);
    }

    [Test]
    public async Task A_deleted_application_and_its_tokens_are_refused()
    {
        var api = new ApiClient(App);
        var admin = (await api.LoginAsync(await App.CreateAdminAsync())).Access;
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var tokens = await party.SignInAsync(browser);

        var deleted = await api.DeleteAsync($"/admin/clients/{party.ClientId}", admin);

        Assert.That(deleted.Status, Is.EqualTo(HttpStatusCode.NoContent), deleted.Text);
        Assert.That((await party.UserInfoAsync(tokens.Access)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await party.RefreshAsync(tokens.Refresh!)).Json.GetProperty("error").GetString(), Is.EqualTo("invalid_client"));
        Assert.That((await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier()))).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Nobody_gives_an_application_a_permission_that_they_lack()
    {
        var api = new ApiClient(App);
        var (user, _) = await App.CreateUserWithAsync("clients.write");
        var access = (await api.LoginAsync(user)).Access;

        var (more, less) = (
            await api.PostAsync("/admin/clients", new { name = "Job", service = true, permissions = new[] { "tokens.introspect" } }, access),
            await api.PostAsync("/admin/clients", new { name = "Job", service = true }, access));

        Assert.That((more.Status, less.Status), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Created)), more.Text);
    }

    [Test]
    public async Task The_console_adds_changes_and_deletes_an_application()
    {
        using var browser = await PageClient.SignInAsync(App, await App.CreateAdminAsync());
        var name = $"Wiki {Guid.NewGuid():N}";

        var wrong = await browser.SubmitAsync("/admin/applications/new", ("Name", name), ("RedirectUris", "javascript:alert(1)"));
        var made = await browser.SubmitAsync("/admin/applications/new", ("Name", name), ("RedirectUris", "https://wiki.example.org/a\r\nhttps://wiki.example.org/b"), ("Scopes", "email"));
        var id = await App.QueryAsync<string>("SELECT client_id FROM applications WHERE display_name = $1", name);
        var page = await browser.GetAsync($"/admin/applications/{id}");
        var changed = await browser.SubmitAsync($"/admin/applications/{id}", ("Name", $"{name}!"), ("RedirectUris", "https://wiki.example.org/a"), ("IsTrusted", "true"));
        var secret = await browser.SubmitAsync($"/admin/applications/{id}", $"/admin/applications/{id}/secret");
        var list = await browser.GetAsync("/admin/applications");
        var deleted = await browser.SubmitAsync($"/admin/applications/{id}/delete");

        Assert.That((wrong.Status, wrong.Text.Contains("https://")), Is.EqualTo((HttpStatusCode.OK, true)), wrong.Text);
        Assert.That(made.Text, Does.Contain("data-secret"));
        Assert.That(page.Text, Does.Contain("https://wiki.example.org/a\nhttps://wiki.example.org/b"));
        Assert.That(changed.Location, Is.EqualTo("/admin/applications"), changed.Text);
        Assert.That(secret.Text, Does.Contain("The secret before is still accepted."));
        Assert.That(list.Text, Does.Contain($"{name}!"));
        Assert.That(deleted.Location, Is.EqualTo("/admin/applications"), deleted.Text);
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM applications WHERE client_id = $1", id!), Is.Zero);
    }
}

/// <summary>Applications of the configuration.</summary>
public sealed class ConfiguredApplicationTests
{
    private static readonly string[] Settings =
    [
        "Applications:Clients:0:ClientId=grafana", "Applications:Clients:0:Secret=0123456789abcdef0123456789abcdef", "Applications:Clients:0:Trusted=true",
        "Applications:Clients:0:RedirectUris:0=https://grafana.example.org/login/generic_oauth",
    ];

    [Test]
    public async Task They_are_there_after_the_start_and_gone_when_the_configuration_is()
    {
        string database;
        await using (var app = await TestApp.StartAsync(settings: Settings))
        {
            database = app.ConnectionString;
            using OidcClient party = new(app.BaseAddress, "grafana", "0123456789abcdef0123456789abcdef", "https://grafana.example.org/login/generic_oauth");
            using var browser = await PageClient.SignInAsync(app, await app.CreateUserAsync());
            await party.SignInAsync(browser);
            var api = new ApiClient(app);
            var admin = (await api.LoginAsync(await app.CreateAdminAsync())).Access;
            Assert.That((await api.DeleteAsync("/admin/clients/grafana", admin)).Status, Is.EqualTo(HttpStatusCode.Conflict));
        }

        await using var without = await TestApp.StartAsync(database);
        Assert.That(await without.QueryAsync<long>("SELECT count(*) FROM applications"), Is.Zero);
    }

    [Test]
    public async Task A_wrong_one_stops_the_start_with_its_key()
    {
        var failure = await Assert.CatchAsync(() => TestApp.StartAsync(settings: [.. Settings, "Applications:Clients:0:RedirectUris:1=javascript:alert(1)"]));
        Assert.That(WebApp.Platform.Startup.StartupFaults.Explain(failure!).Single(), Does.Contain("Applications:Clients:0:RedirectUris"));
    }
}
