using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors.Passkeys;

/// <summary>A challenge of a passkey: for one browser and purpose, for five minutes, and once.</summary>
public sealed class PasskeyChallengeTests : PasskeyAttack
{
    [Test]
    public async Task An_answer_works_once()
    {
        var user = await App.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(App, user);
        using var visitor = await VisitorAtLoginAsync();
        var credential = passkey.Answer(await BeginAsync(visitor), Good);
        var held = visitor.Cookies["passkey"];
        Assert.That((await SignInAsync(visitor, credential)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(visitor.Cookie("passkey"), Is.Null);

        using var replay = await VisitorAtLoginAsync();
        replay.With("passkey", held);
        await AssertRefusedAsync(replay, credential);
        await BeginAsync(replay);
        await AssertRefusedAsync(replay, credential);
    }

    [Test]
    public async Task Twenty_posts_of_one_answer_open_one_session()
    {
        var user = await App.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(App, user);
        using var visitor = await VisitorAtLoginAsync();
        var credential = passkey.Answer(await BeginAsync(visitor), Good);
        var visitors = Enumerable.Range(0, 20).Select(_ => CopyOf(visitor)).ToArray();
        var answers = await Task.WhenAll(visitors.Select(one => SignInAsync(one, credential)));
        Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.OK), Is.EqualTo(1));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1", user.Id), Is.EqualTo(1));
        Array.ForEach(visitors, one => one.Dispose());
    }

    [Test]
    public async Task A_copied_authenticator_is_let_in_once()
    {
        var user = await App.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(App, user);
        using var visitor = await VisitorAtLoginAsync();
        var copies = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var copy = await VisitorAtLoginAsync();
            var answer = await SignInAsync(copy, passkey.Answer(await BeginAsync(copy), Good with { Count = 7 }));
            return answer.Status;
        }));
        Assert.That(copies.Count(status => status == HttpStatusCode.OK), Is.EqualTo(1));
        await AssertRefusedAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good with { Count = 6 }));
        await AssertRefusedAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good));
        var later = await SignInAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good with { Count = 8 }));
        Assert.That(later.Status, Is.EqualTo(HttpStatusCode.OK));
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
        var answer = await SignInAsync(visitor, credential);
        Assert.That(answer.Status, Is.EqualTo(works ? HttpStatusCode.OK : HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_challenge_belongs_to_the_browser_that_asked_for_it()
    {
        var user = await App.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(App, user);
        using var attacker = await VisitorAtLoginAsync();
        var credential = passkey.Answer(await BeginAsync(attacker), Good);
        using var victim = await VisitorAtLoginAsync();
        await AssertRefusedAsync(victim, credential);
        await BeginAsync(victim);
        await AssertRefusedAsync(victim, credential);
        var key = attacker.Cookies["passkey"];
        victim.With("passkey", $"{key[..^2]}{(key[^2] == 'A' ? 'B' : 'A')}{key[^1]}");
        await AssertRefusedAsync(victim, credential);
        Assert.That((await SignInAsync(attacker, credential)).Status, Is.EqualTo(HttpStatusCode.OK), "guesses do not use it up");
    }

    [TestCase("second-factor")]
    [TestCase("step-up")]
    [TestCase("enrolment")]
    [TestCase("")]
    public async Task A_stranger_gets_options_for_the_login_page_alone(string purpose)
    {
        using var visitor = await VisitorAtLoginAsync();
        var answer = await visitor.PostWithTokenAsync("/passkeys/options", ("Purpose", purpose));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(visitor.Cookie("passkey"), Is.Null);
    }

    [TestCase("/passkeys/options")]
    [TestCase("/login/passkey")]
    [TestCase("/login/mfa/passkey")]
    public async Task Another_site_cannot_post(string path)
    {
        using var visitor = new PageClient(App);
        var answer = await visitor.PostWithTokenAsync(path, ("Purpose", "sign-in"));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(visitor.Cookie("passkey"), Is.Null);
    }

    [Test]
    public async Task A_challenge_is_long_and_its_key_is_kept_from_scripts_and_other_sites()
    {
        using var visitor = await VisitorAtLoginAsync();
        var answer = await visitor.PostWithTokenAsync("/passkeys/options", ("Purpose", "sign-in"));
        var options = answer.Json;
        Assert.That(options.GetProperty("challenge").GetString(), Has.Length.GreaterThanOrEqualTo(43), "256 bits");
        Assert.That(options.GetProperty("userVerification").GetString(), Is.EqualTo("required"));
        Assert.That(options.GetProperty("rpId").GetString(), Is.EqualTo("localhost"));
        var cookie = answer.SetCookies.Single(set => set.StartsWith("passkey=", StringComparison.Ordinal));
        Assert.That(cookie, Does.Contain("httponly").And.Contain("samesite=strict"));
    }
}
