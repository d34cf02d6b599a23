using System.Net;
using System.Text.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors.Passkeys;

/// <summary>What a passkey's door must not open to. Every refused answer differs from a good one in one thing alone.</summary>
public sealed class PasskeyAttackTests
{
    private TestApp app = null!;

    private string Origin => app.BaseAddress.GetLeftPart(UriPartial.Authority);

    private SoftAnswer Good => new(Origin);

    private static IEnumerable<TestCaseData<Func<SoftAnswer, SoftAnswer>>> Wrong =>
    [
        Case("an origin with another port", good => good with { Origin = "http://localhost:1" }),
        Case("an origin with another scheme", good => good with { Origin = good.Origin.Replace("http:", "https:") }),
        Case("an origin below ours", good => good with { Origin = good.Origin.Replace("localhost", "evil.localhost") }),
        Case("an origin that begins like ours", good => good with { Origin = $"{good.Origin}0" }),
        Case("no origin", good => good with { Origin = "" }),
        Case("a frame of another site", good => good with { CrossOrigin = true }),
        Case("a page framed by another site", good => good with { TopOrigin = "https://evil.example" }),
        Case("another relying party", good => good with { RpId = "evil.example" }),
        Case("an enrolment's answer", good => good with { Type = "webauthn.create" }),
        Case("another challenge", good => good with { Challenge = new string('A', 43) }),
        Case("a user who was not there", good => good with { Flags = 4 }),
        Case("a user who was not recognised", good => good with { Flags = 1 }),
        Case("nobody's handle", good => good with { UserHandle = Guid.NewGuid() }),
    ];

    private static IEnumerable<TestCaseData<Func<SoftAnswer, SoftAnswer>>> WrongEnrolments =>
        Wrong.Where(test => test.TestName!.Contains("origin") || test.TestName.Contains("framed") || test.TestName.Contains("recognised") || test.TestName.Contains("challenge"))
            .Select(test => { test.TestName = test.TestName!.Replace("An_answer", "An_enrolment"); return test; });

    [OneTimeSetUp]
    public async Task StartAsync() => app = await TestApp.StartNamedAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [Test]
    public async Task A_good_answer_signs_in_with_both_factors()
    {
        var user = await app.CreateUserAsync();
        await SecondFactor.RequireAsync(app, user);
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var visitor = await VisitorAtLoginAsync();
        using var answer = await SignInAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good), ("ReturnUrl", "/account/passkeys"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await NextAsync(answer), Is.EqualTo("/account/passkeys"));
        using var page = await visitor.GetAsync("/account/passkeys");
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await AmrAsync(user), Is.EqualTo("hwk user mfa"));
    }

    [TestCaseSource(nameof(Wrong))]
    public async Task A_wrong_answer_is_refused(Func<SoftAnswer, SoftAnswer> how)
    {
        var user = await app.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var visitor = await VisitorAtLoginAsync();
        await AssertRefusedAsync(visitor, passkey.Answer(await BeginAsync(visitor), how(Good)));
    }

    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("not JSON")]
    [TestCase("""{"id":"AA","type":"public-key","response":{},"clientExtensionResults":{}}""")]
    public async Task An_answer_that_is_none_is_refused(string credential)
    {
        using var visitor = await VisitorAtLoginAsync();
        await BeginAsync(visitor);
        await AssertRefusedAsync(visitor, credential);
    }

    [Test]
    public async Task Another_key_under_the_same_name_is_refused()
    {
        var (owner, thief) = (await app.CreateUserAsync(), await app.CreateUserAsync());
        using var theirs = await SoftPasskey.AddAsync(app, owner);
        using var own = await SoftPasskey.AddAsync(app, thief);
        using var visitor = await VisitorAtLoginAsync();
        var forged = own.Answer(await BeginAsync(visitor), Good with { UserHandle = owner.Id });
        await AssertRefusedAsync(visitor, forged.Replace(own.PathId, theirs.PathId, StringComparison.Ordinal));
        await AssertRefusedAsync(visitor, own.Answer(await BeginAsync(visitor), Good with { UserHandle = owner.Id }));
    }

    [Test]
    public async Task An_answer_made_for_another_site_of_the_same_host_is_refused()
    {
        await using var other = await TestApp.StartNamedAsync(app.ConnectionString);
        var user = await app.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var visitor = await VisitorAtLoginAsync();
        using var refused = await visitor.PostToAsync(other, "/login/passkey", ("Credential", passkey.Answer(await BeginAsync(visitor), Good)));
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("not accepted"));
        using var taken = await visitor.PostToAsync(
            other, "/login/passkey", ("Credential", passkey.Answer(await BeginAsync(visitor), new(other.BaseAddress.GetLeftPart(UriPartial.Authority)))));
        Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.OK), "the other site takes its own");
    }

    [Test]
    public async Task An_answer_works_once()
    {
        var user = await app.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var visitor = await VisitorAtLoginAsync();
        var credential = passkey.Answer(await BeginAsync(visitor), Good);
        var held = visitor.Cookies["passkey"];
        using (var first = await SignInAsync(visitor, credential))
        {
            Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(visitor.Cookies, Does.Not.ContainKey("passkey"));
        }

        using var replay = await VisitorAtLoginAsync();
        replay.Cookies["passkey"] = held;
        await AssertRefusedAsync(replay, credential);
        await BeginAsync(replay);
        await AssertRefusedAsync(replay, credential);
    }

    [Test]
    public async Task Twenty_posts_of_one_answer_open_one_session()
    {
        var user = await app.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var visitor = await VisitorAtLoginAsync();
        var credential = passkey.Answer(await BeginAsync(visitor), Good);
        var visitors = Enumerable.Range(0, 20).Select(_ => CopyOf(visitor)).ToArray();
        var answers = await Task.WhenAll(visitors.Select(one => SignInAsync(one, credential)));
        Assert.That(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), Is.EqualTo(1));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1", user.Id), Is.EqualTo(1));
        Array.ForEach(visitors, one => one.Dispose());
    }

    [Test]
    public async Task A_copied_authenticator_is_let_in_once()
    {
        var user = await app.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var visitor = await VisitorAtLoginAsync();
        var copies = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var copy = await VisitorAtLoginAsync();
            using var answer = await SignInAsync(copy, passkey.Answer(await BeginAsync(copy), Good with { Count = 7 }));
            return answer.StatusCode;
        }));
        Assert.That(copies.Count(status => status == HttpStatusCode.OK), Is.EqualTo(1));
        await AssertRefusedAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good with { Count = 6 }));
        await AssertRefusedAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good));
        using var later = await SignInAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good with { Count = 8 }));
        Assert.That(later.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(-1, true)]
    [TestCase(1, false)]
    public async Task A_challenge_lives_five_minutes(int secondsMore, bool works)
    {
        await using var own = await TestApp.StartNamedAsync();
        var user = await own.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(own, user);
        using var visitor = await VisitorAtLoginAsync(own);
        var credential = passkey.Answer(await BeginAsync(visitor), new(own.BaseAddress.GetLeftPart(UriPartial.Authority)));
        own.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(secondsMore * 30));
        using var answer = await SignInAsync(visitor, credential);
        Assert.That(answer.StatusCode, Is.EqualTo(works ? HttpStatusCode.OK : HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_challenge_belongs_to_the_browser_that_asked_for_it()
    {
        var user = await app.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var attacker = await VisitorAtLoginAsync();
        var credential = passkey.Answer(await BeginAsync(attacker), Good);
        using var victim = await VisitorAtLoginAsync();
        await AssertRefusedAsync(victim, credential);
        await BeginAsync(victim);
        await AssertRefusedAsync(victim, credential);
        var key = attacker.Cookies["passkey"];
        victim.Cookies["passkey"] = $"{key[..^2]}{(key[^2] == 'A' ? 'B' : 'A')}{key[^1]}";
        await AssertRefusedAsync(victim, credential);
        using var own = await SignInAsync(attacker, credential);
        Assert.That(own.StatusCode, Is.EqualTo(HttpStatusCode.OK), "guesses do not use it up");
    }

    [TestCase("email_confirmed = false")]
    [TestCase("lockout_end = now() + interval '1 day'")]
    [TestCase("deletion_requested_at = now() - interval '31 days'")]
    public async Task A_closed_account_is_refused_as_an_unknown_passkey_is(string closed)
    {
        var user = await app.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(app, user);
        await app.QueryAsync<object>($"UPDATE users SET {closed} WHERE id = $1", user.Id);
        using var visitor = await VisitorAtLoginAsync();
        using var answer = await SignInAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good));
        using var stranger = new SoftPasskey(user.Id);
        using var unknown = await SignInAsync(visitor, stranger.Answer(await BeginAsync(visitor), Good));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo(await unknown.Content.ReadAsStringAsync()));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'sign_in_failed'", user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task A_second_factor_is_shown_by_its_own_user_for_its_own_sign_in()
    {
        var (user, thief) = (await app.CreateUserAsync(), await app.CreateUserAsync());
        await SecondFactor.RequireAsync(app, user);
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var thiefs = await SoftPasskey.AddAsync(app, thief);

        // Whoever knows the password holds the pending sign-in.
        using var visitor = await VisitorAtLoginAsync();
        await visitor.SignInAsync(user);
        var options = await BeginAsync(visitor, "second-factor");
        Assert.That(JsonDocument.Parse(options).RootElement.GetProperty("allowCredentials").EnumerateArray().Select(c => c.GetProperty("id").GetString()), Is.EqualTo(new[] { passkey.PathId }));
        await AssertRefusedAsync(visitor, thiefs.Answer(options, Good), "/login/mfa/passkey");
        await AssertRefusedAsync(visitor, thiefs.Answer(await BeginAsync(visitor, "second-factor"), Good with { UserHandle = user.Id }), "/login/mfa/passkey");

        // A challenge for the login page is none for the second factor, nor the other way round.
        await AssertRefusedAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good), "/login/mfa/passkey");
        await AssertRefusedAsync(visitor, passkey.Answer(await BeginAsync(visitor, "second-factor"), Good));

        // Nor is one made for another pending sign-in of the same user.
        var stale = passkey.Answer(await BeginAsync(visitor, "second-factor"), Good);
        await visitor.SignInAsync(user);
        await AssertRefusedAsync(visitor, stale, "/login/mfa/passkey");

        using var answer = await visitor.PostAsync("/login/mfa/passkey", ("Credential", passkey.Answer(await BeginAsync(visitor, "second-factor"), Good)), ("TrustDevice", "true"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await AmrAsync(user), Is.EqualTo("pwd hwk mfa"));
        Assert.That(visitor.Cookies, Does.Not.ContainKey("pending"));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM known_devices WHERE user_id = $1 AND trusted_until > now()", user.Id), Is.EqualTo(1));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'second_factor_failed'", user.Id), Is.EqualTo(4));
    }

    [TestCase("second-factor")]
    [TestCase("step-up")]
    [TestCase("enrolment")]
    [TestCase("")]
    public async Task A_stranger_gets_options_for_the_login_page_alone(string purpose)
    {
        using var visitor = await VisitorAtLoginAsync();
        using var answer = await visitor.PostAsync("/passkeys/options", ("Purpose", purpose));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(visitor.Cookies, Does.Not.ContainKey("passkey"));
    }

    [TestCase("/passkeys/options")]
    [TestCase("/login/passkey")]
    [TestCase("/login/mfa/passkey")]
    public async Task Another_site_cannot_post(string path)
    {
        using var visitor = new Visitor(app);
        using var answer = await visitor.PostAsync(path, ("Purpose", "sign-in"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(visitor.Cookies, Does.Not.ContainKey("passkey"));
    }

    [TestCase("https://evil.example/")]
    [TestCase("//evil.example/")]
    public async Task Signing_in_never_leads_to_another_site(string returnUrl)
    {
        var user = await app.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(app, user);
        using var visitor = await VisitorAtLoginAsync();
        using var answer = await SignInAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good), ("ReturnUrl", returnUrl));
        Assert.That(await NextAsync(answer), Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_challenge_is_long_and_its_key_is_kept_from_scripts_and_other_sites()
    {
        using var visitor = await VisitorAtLoginAsync();
        using var answer = await visitor.PostAsync("/passkeys/options", ("Purpose", "sign-in"));
        var options = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.That(options.GetProperty("challenge").GetString(), Has.Length.GreaterThanOrEqualTo(43), "256 bits");
        Assert.That(options.GetProperty("userVerification").GetString(), Is.EqualTo("required"));
        Assert.That(options.GetProperty("rpId").GetString(), Is.EqualTo("localhost"));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(set => set.StartsWith("passkey=", StringComparison.Ordinal));
        Assert.That(cookie, Does.Contain("httponly").And.Contain("samesite=strict"));
    }

    [Test]
    public async Task An_enrolment_works_once()
    {
        var user = await app.CreateUserAsync();
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(user);
        using var passkey = new SoftPasskey(user.Id);
        var credential = passkey.Enrol(await BeginEnrolmentAsync(visitor), Good);
        var held = visitor.Cookies["passkey"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var copy = CopyOf(visitor);
            using var answer = await EnrolAsync(copy, credential);
            return answer.StatusCode;
        }));
        Assert.That(answers.Count(status => status == HttpStatusCode.OK), Is.EqualTo(1));
        Assert.That(await NamesAsync(user), Is.EqualTo("Security key"));
        await app.QueryAsync<object>("DELETE FROM user_passkeys WHERE user_id = $1", user.Id);
        visitor.Cookies["passkey"] = held;
        using var replay = await EnrolAsync(visitor, credential);
        Assert.That(replay.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCaseSource(nameof(WrongEnrolments))]
    public async Task A_wrong_enrolment_is_refused(Func<SoftAnswer, SoftAnswer> how)
    {
        var user = await app.CreateUserAsync();
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(user);
        using var passkey = new SoftPasskey(user.Id);
        using var answer = await EnrolAsync(visitor, passkey.Enrol(await BeginEnrolmentAsync(visitor), how(Good)));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await NamesAsync(user), Is.Null);
    }

    [Test]
    public async Task An_enrolment_is_for_the_session_that_began_it()
    {
        var (user, other) = (await app.CreateUserAsync(), await app.CreateUserAsync());
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(user);
        using var thief = new Visitor(app);
        await thief.SignInAsync(other);
        using var passkey = new SoftPasskey(user.Id);
        var credential = passkey.Enrol(await BeginEnrolmentAsync(visitor), Good);
        thief.Cookies["passkey"] = visitor.Cookies["passkey"];
        using var answer = await EnrolAsync(thief, credential);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await NamesAsync(other), Is.Null);
        Assert.That(await NamesAsync(user), Is.Null);
    }

    private static async Task<string> BeginEnrolmentAsync(Visitor visitor)
    {
        using var answer = await visitor.PostAsync("/account/passkeys/add/options");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return await answer.Content.ReadAsStringAsync();
    }

    private static Task<HttpResponseMessage> EnrolAsync(Visitor visitor, string credential) => visitor.PostAsync("/account/passkeys/add", ("Credential", credential));

    private Task<string?> NamesAsync(TestUser user) => app.QueryAsync<string>("SELECT string_agg(data->>'Name', ',') FROM user_passkeys WHERE user_id = $1", user.Id);

    private static TestCaseData<Func<SoftAnswer, SoftAnswer>> Case(string name, Func<SoftAnswer, SoftAnswer> how) =>
        new(how) { TestName = $"An_answer_with_{name.Replace(' ', '_')}_is_refused" };

    private async Task<Visitor> VisitorAtLoginAsync(TestApp? at = null)
    {
        var visitor = new Visitor(at ?? app);
        using var page = await visitor.GetAsync("/login");
        return visitor;
    }

    private Visitor CopyOf(Visitor visitor)
    {
        var copy = new Visitor(app) { Token = visitor.Token };
        foreach (var (name, value) in visitor.Cookies)
        {
            copy.Cookies[name] = value;
        }

        return copy;
    }

    private static async Task<string> BeginAsync(Visitor visitor, string purpose = "sign-in")
    {
        using var answer = await visitor.PostAsync("/passkeys/options", ("Purpose", purpose));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return await answer.Content.ReadAsStringAsync();
    }

    private static Task<HttpResponseMessage> SignInAsync(Visitor visitor, string credential, params (string, string?)[] fields) =>
        visitor.PostAsync("/login/passkey", [("Credential", credential), .. fields]);

    private static async Task AssertRefusedAsync(Visitor visitor, string credential, string path = "/login/passkey")
    {
        using var answer = await visitor.PostAsync(path, ("Credential", credential));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("not accepted"));
        Assert.That(visitor.Cookies, Does.Not.ContainKey("session"));
    }

    private static async Task<string?> NextAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("next").GetString();

    private Task<string?> AmrAsync(TestUser user) => app.QueryAsync<string>("SELECT array_to_string(amr, ' ') FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id);
}
