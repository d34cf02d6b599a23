using System.Net;
using WebApp.Features.Passwords;
using WebApp.Platform.Users;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn.Methods;

/// <summary>Sign-in for when no administrator can sign in otherwise.</summary>
public sealed class MasterPasswordTests
{
    private const string Password = "Seven grey herons on the weir";

    private TestApp app = null!;
    private ApiClient api = null!;

    private static string Hash { get; } = new PasswordHasher(Microsoft.Extensions.Options.Options.Create(new PasswordOptions { WorkFactor = 4 })).Hash(Password);

    [SetUp]
    public async Task Start()
    {
        app = await TestApp.StartAsync(settings: $"Admin:MasterPasswordHash={Hash}");
        api = new(app);
    }

    [TearDown]
    public async Task Stop() => await app.DisposeAsync();

    [Test]
    public async Task Without_a_hash_the_route_does_not_exist() =>
        Assert.That((await new ApiClient(TestApp.Shared).PostAsync("/auth/admin-login", new { master_password = Password })).Code, Is.EqualTo("not_found"));

    [Test]
    public async Task It_opens_what_a_permission_opens_and_no_account()
    {
        var answer = await api.PostAsync("/auth/admin-login", new { master_password = Password });
        Assert.That(Answer.Members(answer.Json), Is.EquivalentTo(["access_token", "token_type", "expires_in"]));
        var token = answer.Json.GetProperty("access_token").GetString()!;
        Assert.That((await api.GetAsync("/admin/roles", token)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.PostAsync("/admin/roles", """{"name":"editor","permissions":["audit.read"]}""", token)).Status, Is.EqualTo(HttpStatusCode.Created));
        var user = await app.CreateUserAsync();
        Assert.That((await api.SendAsync(HttpMethod.Put, $"/admin/users/{user.Id}/roles", """{"roles":["admin"]}""", token)).Status, Is.EqualTo(HttpStatusCode.OK));
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "/me"), (HttpMethod.Get, "/events"), (HttpMethod.Get, "/sessions"), (HttpMethod.Get, "/groups"), (HttpMethod.Get, "/mfa"), (HttpMethod.Get, "/api-tokens"),
            (HttpMethod.Post, "/auth/logout"), (HttpMethod.Post, "/auth/logout-everywhere"), (HttpMethod.Delete, "/sessions"),
        })
        {
            Assert.That((await api.SendAsync(method, path, null, token)).Code, Is.EqualTo("forbidden"), path);
        }

        Assert.That((await api.PostAsync("/auth/reauthenticate", new { password = Password }, token)).Code, Is.EqualTo("forbidden"));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM sessions"), Is.Zero);
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind IN ('role_created', 'roles_assigned') AND user_id = $1", MasterAdministrator.Id), Is.EqualTo(2));
    }

    [Test]
    public async Task Its_token_runs_out_and_ends_with_the_hash()
    {
        var token = (await api.PostAsync("/auth/admin-login", new { master_password = Password })).Json.GetProperty("access_token").GetString()!;
        var other = new PasswordHasher(Microsoft.Extensions.Options.Options.Create(new PasswordOptions { WorkFactor = 4 })).Hash(Password);
        foreach (var setting in new[] { $"Admin:MasterPasswordHash={other}", "Admin:MasterPasswordHash=" })
        {
            await using var changed = await TestApp.StartAsync(app.ConnectionString, settings: [setting, $"App:BaseUrl={app.BaseAddress}"]);
            Assert.That((await new ApiClient(changed).GetAsync("/admin/roles", token)).Code, Is.EqualTo("token_revoked"));
        }

        app.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.That((await api.PostAsync("/admin/roles", new { name = "late", permissions = Array.Empty<string>() }, token)).Code, Is.EqualTo("reauthentication_required"));
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That((await api.GetAsync("/admin/roles", token)).Code, Is.EqualTo("token_expired"));
    }

    [Test]
    public async Task Every_use_and_every_lockout_is_reported_to_administrators_whatever_is_configured()
    {
        await using var quiet = await TestApp.StartAsync(settings: [$"Admin:MasterPasswordHash={Hash}", "Alerts:ToAdministrators=None"]);
        var calls = new ApiClient(quiet);
        for (var use = 0; use < 2; use++)
        {
            await calls.PostAsync("/auth/admin-login", new { master_password = Password });
        }

        for (var guess = 0; guess < 8; guess++)
        {
            await calls.PostAsync("/auth/admin-login", new { master_password = "x" });
        }

        Assert.That(
            await quiet.QueryAsync<string>("SELECT string_agg(concat_ws(' ', kind, n), ',' ORDER BY kind) FROM (SELECT kind, count(*) n FROM alerts WHERE for_administrators GROUP BY kind) x"),
            Is.EqualTo("master_password_locked 1,master_password_used 2"));
        Assert.That(await quiet.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'master_password_failed'"), Is.EqualTo(5));
    }

    [Test]
    public async Task Guesses_are_few_from_one_place_and_few_in_all()
    {
        async Task<string> TryAsync(string from, string password)
        {
            using var http = app.NewClient(from);
            var answer = await new ApiClient(http).PostAsync("/auth/admin-login", new { master_password = password });
            Assert.That(answer.Headers.ContainsKey("Retry-After"), Is.EqualTo(answer.Code == "too_many_attempts"));
            return answer.Code ?? "in";
        }

        var one = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => TryAsync("127.0.1.1", "x")));
        Assert.That(one.Count(code => code == "invalid_credentials"), Is.EqualTo(5), "in parallel, too");
        Assert.That(await TryAsync("127.0.1.1", Password), Is.EqualTo("too_many_attempts"));
        Assert.That(await TryAsync("127.0.1.2", Password), Is.EqualTo("in"));
        for (var place = 10; place < 40; place++)
        {
            await TryAsync($"127.0.1.{place}", "x");
        }

        Assert.That(await TryAsync("127.0.1.3", Password), Is.EqualTo("too_many_attempts"));
        app.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.That(await TryAsync("127.0.1.1", Password), Is.EqualTo("in"));
    }

    [Test]
    public async Task Strangers_who_use_up_their_guesses_keep_out_only_strangers()
    {
        await using var guarded = await TestApp.StartAsync(settings: [$"Admin:MasterPasswordHash={Hash}", "Admin:TrustedNetworks=127.0.9.0/24, 127.0.8.1"]);
        async Task<string> TryAsync(string from, string password)
        {
            using var http = guarded.NewClient(from);
            return (await new ApiClient(http).PostAsync("/auth/admin-login", new { master_password = password })).Code ?? "in";
        }

        Assert.That(await TryAsync("127.0.7.1", Password), Is.EqualTo("in"));
        guarded.Clock.Advance(TimeSpan.FromDays(170));
        var guesses = await Task.WhenAll(Enumerable.Range(1, 6).SelectMany(place => Enumerable.Repeat($"127.0.1.{place}", 5)).Select(from => TryAsync(from, "x")));
        Assert.That(guesses.Count(code => code == "invalid_credentials"), Is.EqualTo(20), "strangers' guesses are few, in parallel too");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await TryAsync("127.0.2.1", Password), Is.EqualTo("too_many_attempts"), "a stranger");
            Assert.That(await TryAsync("127.0.7.1", Password), Is.EqualTo("in"), "it was right from there before");
            Assert.That(await TryAsync("127.0.9.200", Password), Is.EqualTo("in"), "a trusted network");
            Assert.That(await TryAsync("127.0.8.1", Password), Is.EqualTo("in"), "a trusted address");
        }

        for (var guess = 0; guess < 5; guess++)
        {
            Assert.That(await TryAsync("127.0.9.1", "x"), Is.EqualTo("invalid_credentials"));
        }

        Assert.That(await TryAsync("127.0.9.1", "x"), Is.EqualTo("too_many_attempts"), "trust buys no more guesses than anybody has");
        guarded.Clock.Advance(TimeSpan.FromDays(190));
        await Task.WhenAll(Enumerable.Range(1, 6).SelectMany(place => Enumerable.Repeat($"127.0.1.{place}", 5)).Select(from => TryAsync(from, "x")));
        Assert.That(await TryAsync("127.0.7.1", Password), Is.EqualTo("too_many_attempts"), "a prefix is not known for ever");
    }

    [Test]
    public void A_trusted_network_that_is_none_stops_the_start() => Assert.That(
        async () => await TestApp.StartAsync(app.ConnectionString, settings: ["Admin:TrustedNetworks=10.0.0.0/8, elsewhere"]),
        Throws.InstanceOf<Microsoft.Extensions.Options.OptionsValidationException>());

    [TestCase("plain")]
    [TestCase("$2b$12$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_hash_of_another_form_stops_the_start(string hash) => Assert.That(
        async () => await TestApp.StartAsync(app.ConnectionString, settings: $"Admin:MasterPasswordHash={hash}"),
        Throws.InstanceOf<Microsoft.Extensions.Options.OptionsValidationException>());
}
