using System.Net;
using WebApp.Tests.Support;
using static System.TimeSpan;

namespace WebApp.Tests.Areas.Api;

/// <summary>RFC 7662: for those who may ask, about every kind of token; of a dead one nothing but that (SECURITY 58).</summary>
public sealed class IntrospectionTests : OwnApp
{
    private static readonly string[] OfSession = ["active", "sub", "username", "token_type", "roles", "iat", "exp", "iss", "aud", "jti", "sid", "auth_time", "amr"];

    private string service = "";

    [OneTimeSetUp]
    public async Task MakeServiceAsync() =>
        service = await Api.MakeApiTokenAsync((await Api.LoginAsync(await App.CreateIntrospectorAsync())).Access, "tokens.introspect");

    [Test]
    public async Task A_valid_access_token_is_described_with_its_claims_and_the_current_roles()
    {
        var user = await App.CreateUserAsync("Ada");
        var tokens = await Api.LoginAsync(user);
        var now = App.Clock.GetUtcNow().ToUnixTimeSeconds();
        var seen = (await LookAsync(tokens.Access)).Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Answer.Members(seen), Is.EquivalentTo(OfSession));
            Assert.That(seen.GetProperty("active").GetBoolean(), Is.True);
            Assert.That(seen.GetProperty("sub").GetGuid(), Is.EqualTo(user.Id));
            Assert.That(seen.GetProperty("username").GetString(), Is.EqualTo(user.Email));
            Assert.That(seen.GetProperty("token_type").GetString(), Is.EqualTo("Bearer"));
            Assert.That(seen.GetProperty("roles").EnumerateArray().Select(role => role.GetString()), Is.EqualTo(["user"]));
            Assert.That(seen.GetProperty("amr").EnumerateArray().Select(way => way.GetString()), Is.EqualTo(["pwd"]));
            Assert.That(seen.GetProperty("sid").GetGuid(), Is.EqualTo(tokens.SessionId));
            Assert.That(seen.GetProperty("iat").GetInt64(), Is.EqualTo(now).Within(5));
            Assert.That(seen.GetProperty("exp").GetInt64(), Is.EqualTo(now + 900).Within(5));
            Assert.That(seen.GetProperty("auth_time").GetInt64(), Is.EqualTo(now).Within(5));
            Assert.That(seen.GetProperty("iss").GetString(), Is.EqualTo(App.BaseAddress.GetLeftPart(UriPartial.Authority)));
            Assert.That(seen.GetProperty("aud").GetString(), Is.EqualTo("webapp"));
        }

        await App.QueryAsync<object>("DELETE FROM user_roles WHERE user_id = $1", user.Id);
        await Patience.UntilAsync(async () => (await LookAsync(tokens.Access)).Json.GetProperty("roles").GetArrayLength() == 0);
    }

    [Test]
    public async Task A_refresh_token_says_that_it_is_one()
    {
        var tokens = await Api.LoginAsync(await App.CreateUserAsync());
        var seen = (await LookAsync(tokens.Refresh)).Json;
        Assert.That(Answer.Members(seen), Is.EquivalentTo(OfSession.Except(["jti"])));
        Assert.That(seen.GetProperty("token_type").GetString(), Is.EqualTo("refresh_token"));
        Assert.That(seen.GetProperty("exp").GetInt64() - seen.GetProperty("iat").GetInt64(), Is.EqualTo(7 * 86_400));
    }

    [Test]
    public async Task An_API_token_is_described_with_its_scopes()
    {
        var user = await App.CreateUserAsync();
        var token = await Api.MakeApiTokenAsync((await Api.LoginAsync(user)).Access, "profile.read", "events.read");
        var seen = (await LookAsync(token)).Json;
        Assert.That(Answer.Members(seen), Is.EquivalentTo(["active", "sub", "username", "token_type", "scope", "roles", "iat", "iss", "aud", "jti"]));
        Assert.That(seen.GetProperty("scope").GetString(), Is.EqualTo("profile.read events.read"));
        Assert.That(seen.GetProperty("jti").GetGuid(), Is.EqualTo((await App.QueryAsync<Guid>("SELECT id FROM api_tokens WHERE user_id = $1", user.Id))));
    }

    [Test]
    public async Task A_revoked_token_is_inactive_and_nothing_more_is_said_whatever_revoked_it()
    {
        List<(string Why, string Token)> dead =
        [
            ("no token", "x"), ("empty form of one", ".."), ("unsigned", "eyJhbGciOiJub25lIn0.e30."), ("no API token", "wat_x"),
            ("unknown API token", WebApp.Features.Tokens.ApiTokenText.New()), ("Unicode", "\u00fc\ud83d\ude00"), ("long", new('x', 30_000)),
        ];

        var tampered = await Api.LoginAsync(await App.CreateUserAsync());
        dead.Add(("tampered", tampered.Access[..^2] + (tampered.Access.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA")));

        var spent = await Api.LoginAsync(await App.CreateUserAsync());
        await Api.PostAsync("/auth/refresh", new { refresh_token = spent.Refresh });
        dead.Add(("spent, in its grace", spent.Refresh));

        var ended = await Api.LoginAsync(await App.CreateUserAsync());
        await Api.PostAsync("/auth/logout", null, ended.Access);
        dead.AddRange([("session ended", ended.Access), ("session ended", ended.Refresh)]);

        var everywhere = await Api.LoginAsync(await App.CreateUserAsync());
        await Api.PostAsync("/auth/logout-everywhere", null, everywhere.Access);
        dead.AddRange([("seed raised", everywhere.Access), ("seed raised", everywhere.Refresh)]);

        var revoked = await Api.LoginAsync(await App.CreateUserAsync());
        var revokedApi = await Api.MakeApiTokenAsync(revoked.Access, "profile.read");
        await Api.DeleteAsync("/api-tokens", revoked.Access);
        dead.Add(("API token revoked", revokedApi));

        var lockedUser = await App.CreateUserAsync();
        var locked = await Api.LoginAsync(lockedUser);
        var lockedApi = await Api.MakeApiTokenAsync(locked.Access, "profile.read");
        await App.QueryAsync<object>("UPDATE users SET lockout_end = 'infinity' WHERE id = $1", lockedUser.Id);
        await Patience.UntilAsync(async () => !(await LookAsync(locked.Access)).Json.GetProperty("active").GetBoolean());
        dead.AddRange([("account locked", locked.Access), ("account locked", locked.Refresh), ("account locked", lockedApi)]);

        using (Assert.EnterMultipleScope())
        {
            foreach (var (why, token) in dead)
            {
                var answer = await LookAsync(token);
                Assert.That((answer.Status, answer.Text), Is.EqualTo((HttpStatusCode.OK, """{"active":false}""")), why);
            }
        }
    }

    [Test]
    public async Task An_expired_token_is_not_active()
    {
        await using var app = await TestApp.StartAsync();
        var api = new ApiClient(app);
        var asking = await api.MakeApiTokenAsync((await api.LoginAsync(await app.CreateIntrospectorAsync())).Access, "tokens.introspect");
        var access = (await api.LoginAsync(await app.CreateUserAsync())).Access;
        var (first, later) = (await api.LoginAsync(await app.CreateUserAsync()), await api.PostAsync("/api-tokens", new { name = "x", expires_in_days = 1 }, access));
        var token = later.Json.GetProperty("token").GetString()!;
        app.Clock.Advance(FromMinutes(15) + FromSeconds(31));
        Assert.That(await ActiveAsync(access, token, first.Refresh), Is.EqualTo([false, true, true]));
        app.Clock.Advance(FromDays(1));
        Assert.That(await ActiveAsync(token, first.Refresh), Is.EqualTo([false, true]));
        app.Clock.Advance(FromDays(6));
        Assert.That(await ActiveAsync(first.Refresh), Is.EqualTo([false]));

        async Task<bool[]> ActiveAsync(params string[] tokens)
        {
            var active = new List<bool>();
            foreach (var one in tokens)
            {
                active.Add((await api.PostFormAsync("/tokens/introspect", asking, ("token", one))).Json.GetProperty("active").GetBoolean());
            }

            return [.. active];
        }
    }

    [Test]
    public async Task Only_who_may_ask_is_answered()
    {
        var introspector = await Api.LoginAsync(await App.CreateIntrospectorAsync());
        var nobody = await Api.LoginAsync(await App.CreateUserAsync());
        var former = await App.CreateIntrospectorAsync();
        var scopeOnly = await Api.MakeApiTokenAsync((await Api.LoginAsync(former)).Access, "tokens.introspect");
        await App.QueryAsync<object>("DELETE FROM user_roles WHERE user_id = $1 AND role_id <> $2", former.Id, WebApp.Platform.Data.Role.UserId);
        await Patience.UntilAsync(async () => (await LookAsync(nobody.Access, scopeOnly)).Status == HttpStatusCode.Forbidden);
        var permissionOnly = await Api.MakeApiTokenAsync(introspector.Access, "profile.read");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await LookAsync(nobody.Access, introspector.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await LookAsync(nobody.Access, null)).Code, Is.EqualTo("token_missing"));
            Assert.That((await LookAsync(nobody.Access, "x")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That((await LookAsync(nobody.Access, introspector.Refresh)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
            foreach (var caller in new[] { nobody.Access, scopeOnly, permissionOnly })
            {
                Assert.That((await LookAsync(nobody.Access, caller)).Code, Is.EqualTo("forbidden"));
            }

            Assert.That((await LookAsync(nobody.Access, permissionOnly)).Headers["WWW-Authenticate"], Does.Contain("scope=\"tokens.introspect\""));
        }
    }

    [Test]
    public async Task Whoever_loses_the_permission_is_refused()
    {
        var user = await App.CreateIntrospectorAsync();
        var caller = (await Api.LoginAsync(user)).Access;
        Assert.That((await LookAsync(caller, caller)).Status, Is.EqualTo(HttpStatusCode.OK));
        await App.QueryAsync<object>("DELETE FROM user_roles WHERE user_id = $1", user.Id);
        await Patience.UntilAsync(async () => (await LookAsync(caller, caller)).Status == HttpStatusCode.Forbidden);
    }

    private Task<Answer> LookAsync(string token) => LookAsync(token, service);

    private Task<Answer> LookAsync(string token, string? caller) => Api.PostFormAsync("/tokens/introspect", caller, ("token", token), ("token_type_hint", "nonsense"));
}
