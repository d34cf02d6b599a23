using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Tokens;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Api;

[Parallelizable(ParallelScope.All)]
public sealed class ApiTokenTests
{
    private readonly ApiClient api = new(TestApp.Shared);

    [Test]
    public async Task A_token_does_what_its_scopes_allow_and_nothing_else()
    {
        var (access, token) = await MakeAsync("profile.read");
        var me = await api.GetAsync("/me", token);
        Assert.That(me.Status, Is.EqualTo(HttpStatusCode.OK), me.Text);
        Assert.That(me.Json.GetProperty("authentication").GetProperty("kind").GetString(), Is.EqualTo("api_token"));
        Assert.That(me.Json.GetProperty("authentication").GetProperty("session_id").ValueKind, Is.EqualTo(JsonValueKind.Null));

        Answer[] refused =
        [
            await api.SendAsync(HttpMethod.Patch, "/me", new { display_name = "x" }, token),
            await api.GetAsync("/sessions", token),
            await api.DeleteAsync("/sessions", token),
            await api.GetAsync("/api-tokens", token),
            await api.PostAsync("/api-tokens", new { name = "child" }, token),
            await api.DeleteAsync("/api-tokens", token),
            await api.PostAsync("/password", new { current_password = "x", new_password = "x" }, token),
            await api.PostAsync("/auth/logout", null, token),
            await api.PostAsync("/auth/logout-everywhere", null, token),
        ];
        Assert.That(refused.Select(answer => (answer.Status, answer.Code)), Has.All.EqualTo((HttpStatusCode.Forbidden, "forbidden")));
        Assert.That(refused[0].Headers["WWW-Authenticate"], Does.Contain("insufficient_scope").And.Contain("profile.write"));
        Assert.That((await api.GetAsync("/me", access)).Status, Is.EqualTo(HttpStatusCode.OK), "the session lives on");
    }

    [Test]
    public async Task Only_a_token_with_the_scope_learns_who_calls()
    {
        var (_, token) = await MakeAsync("sessions.read");
        var refused = await api.GetAsync("/me", token);
        Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.Forbidden, "forbidden")));
        Assert.That(refused.Headers["WWW-Authenticate"], Is.EqualTo("Bearer error=\"insufficient_scope\", scope=\"profile.read\""));
    }

    [Test]
    public async Task Every_scope_opens_its_endpoint()
    {
        var (_, token) = await MakeAsync([.. ApiScope.All.Select(scope => scope.Name)]);
        Answer[] answers =
        [
            await api.GetAsync("/me", token),
            await api.SendAsync(HttpMethod.Patch, "/me", new { display_name = "Ada" }, token),
            await api.GetAsync("/sessions", token),
            await api.DeleteAsync("/sessions", token),
            await api.GetAsync("/events", token),
            await api.GetAsync("/groups", token),
            await api.PostAsync("/groups", new { name = "Choir" }, token),
        ];
        Assert.That(answers.Select(answer => (int)answer.Status), Is.EqualTo([200, 200, 200, 204, 200, 200, 201]));
    }

    [Test]
    public async Task A_token_is_shown_once_and_kept_as_a_hash()
    {
        var (access, token) = await MakeAsync("profile.read");
        var list = await api.GetAsync("/api-tokens", access);
        Assert.That(list.Text, Does.Not.Contain(token));
        var stored = await TestApp.Shared.QueryAsync<byte[]>("SELECT token_hash FROM api_tokens WHERE token_hash = $1", SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        Assert.That(stored, Is.Not.Null);
    }

    [Test]
    public async Task A_revoked_token_is_refused_at_its_next_call()
    {
        var (access, token) = await MakeAsync("profile.read");
        await api.GetAsync("/me", token);
        var id = (await api.GetAsync("/api-tokens", access)).Json[0].GetProperty("id").GetGuid();
        Assert.That((await api.DeleteAsync($"/api-tokens/{id}", access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await api.GetAsync("/me", token)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await api.DeleteAsync($"/api-tokens/{id}", access)).Code, Is.EqualTo("not_found"));
    }

    [Test]
    public async Task Reset_all_revokes_every_token_and_no_session()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var access = (await api.LoginAsync(user)).Access;
        var first = await CreateAsync(access, "profile.read");
        var second = await CreateAsync(access, "profile.read");
        await api.DeleteAsync("/api-tokens", access);
        Assert.That((await api.GetAsync("/me", first)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await api.GetAsync("/me", second)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await api.GetAsync("/me", access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Another_users_token_is_not_there()
    {
        var (mine, _) = await MakeAsync("profile.read");
        var id = (await api.GetAsync("/api-tokens", mine)).Json[0].GetProperty("id").GetGuid();
        var (theirs, _) = await MakeAsync("profile.read");
        Assert.That((await api.DeleteAsync($"/api-tokens/{id}", theirs)).Code, Is.EqualTo("not_found"));
    }

    [Test]
    public async Task Bad_input_makes_no_token()
    {
        var access = (await api.LoginAsync(await TestApp.Shared.CreateUserAsync())).Access;
        object[] bodies =
        [
            new { },
            new { name = "" },
            new { name = new string('x', 101) },
            new { name = "x", scopes = new[] { "everything" } },
            new { name = "x", expires_in_days = 0 },
            new { name = "x", expires_in_days = 100_000 },
        ];
        foreach (var body in bodies)
        {
            Assert.That((await api.PostAsync("/api-tokens", body, access)).Code, Is.EqualTo("validation_failed"), JsonSerializer.Serialize(body));
        }

        Assert.That((await api.GetAsync("/api-tokens", access)).Json.GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task An_expired_token_says_so_and_the_last_use_is_noted()
    {
        await using var app = await TestApp.StartAsync();
        var client = new ApiClient(app);
        var access = (await client.LoginAsync(await app.CreateUserAsync())).Access;
        var answer = await client.PostAsync("/api-tokens", new { name = "x", expires_in_days = 1 }, access);
        var token = answer.Json.GetProperty("token").GetString()!;
        await client.GetAsync("/me", token);
        await app.Services.GetRequiredService<ApiTokenUses>().FlushAsync(default);
        Assert.That(await app.QueryAsync<DateTime>("SELECT last_used_at FROM api_tokens"), Is.Not.EqualTo(default(DateTime)));
        app.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        Assert.That((await client.GetAsync("/me", token)).Code, Is.EqualTo("token_expired"));
    }

    [Test]
    public async Task Of_eighty_made_at_once_fifty_are()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        var access = (await api.LoginAsync(user)).Access;
        var answers = await Task.WhenAll(Enumerable.Range(0, 80).Select(_ => api.PostAsync("/api-tokens", new { name = "x" }, access)));
        Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.Created), Is.EqualTo(50));
        Assert.That(answers.Where(answer => answer.Status != HttpStatusCode.Created).Select(answer => answer.Code), Is.All.EqualTo("validation_failed"));
        Assert.That(await TestApp.Shared.QueryAsync<long>("SELECT count(*) FROM api_tokens WHERE user_id = $1", user.Id), Is.EqualTo(50));
    }

    [Test]
    public async Task Making_a_token_wants_a_recent_authentication()
    {
        await using var app = await TestApp.StartAsync();
        var client = new ApiClient(app);
        var access = (await client.LoginAsync(await app.CreateUserAsync())).Access;
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        var answer = await client.PostAsync("/api-tokens", new { name = "x" }, access);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.Forbidden, "reauthentication_required")));
        Assert.That(answer.Json.GetProperty("max_age").GetInt32(), Is.EqualTo(600));
        Assert.That(answer.Headers["WWW-Authenticate"], Is.EqualTo("Bearer error=\"insufficient_user_authentication\", max_age=600"));
    }

    private async Task<(string Access, string Token)> MakeAsync(params string[] scopes)
    {
        var access = (await api.LoginAsync(await TestApp.Shared.CreateUserAsync())).Access;
        return (access, await CreateAsync(access, scopes));
    }

    private async Task<string> CreateAsync(string access, params string[] scopes)
    {
        var answer = await api.PostAsync("/api-tokens", new { name = "script", scopes }, access);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Created), answer.Text);
        return answer.Json.GetProperty("token").GetString()!;
    }
}
