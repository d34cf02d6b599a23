using System.Net;
using System.Text.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors.Passkeys;

/// <summary>Sign-ins by passkey that must be refused. Every refused answer differs from a good one in one thing alone.</summary>
public sealed class PasskeyAttackTests : PasskeyAttack
{
    [Test]
    public async Task A_good_answer_signs_in_with_both_factors()
    {
        var user = await App.CreateUserAsync();
        await SecondFactor.RequireAsync(App, user);
        using var passkey = await SoftPasskey.AddAsync(App, user);
        using var visitor = await VisitorAtLoginAsync();
        var answer = await SignInAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good), ("ReturnUrl", "/account/passkeys"));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Next(answer), Is.EqualTo("/account/passkeys"));
        Assert.That((await visitor.GetAsync("/account/passkeys")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await AmrAsync(user), Is.EqualTo("hwk user mfa"));
    }

    [TestCaseSource(nameof(Wrong))]
    public async Task A_wrong_answer_is_refused(Func<SoftAnswer, SoftAnswer> how)
    {
        var user = await App.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(App, user);
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
        var (owner, thief) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        using var theirs = await SoftPasskey.AddAsync(App, owner);
        using var own = await SoftPasskey.AddAsync(App, thief);
        using var visitor = await VisitorAtLoginAsync();
        var forged = own.Answer(await BeginAsync(visitor), Good with { UserHandle = owner.Id });
        await AssertRefusedAsync(visitor, forged.Replace(own.PathId, theirs.PathId, StringComparison.Ordinal));
        await AssertRefusedAsync(visitor, own.Answer(await BeginAsync(visitor), Good with { UserHandle = owner.Id }));
    }

    [Test]
    public async Task An_answer_made_for_another_site_of_the_same_host_is_refused()
    {
        await using var other = await TestApp.StartNamedAsync(App.ConnectionString);
        var user = await App.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(App, user);
        using var visitor = await VisitorAtLoginAsync();
        var there = new Uri(other.BaseAddress, "/login/passkey").ToString(); // At another port of the same host, which gets the cookies too.
        var refused = await visitor.PostWithTokenAsync(there, ("Credential", passkey.Answer(await BeginAsync(visitor), Good)));
        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(refused.Body, Does.Contain("not accepted"));
        var taken = await visitor.PostWithTokenAsync(there, ("Credential", passkey.Answer(await BeginAsync(visitor), new(other.BaseAddress.GetLeftPart(UriPartial.Authority)))));
        Assert.That(taken.Status, Is.EqualTo(HttpStatusCode.OK), "the other site takes its own");
    }

    [TestCase("email_confirmed = false")]
    [TestCase("lockout_end = now() + interval '1 day'")]
    [TestCase("deletion_requested_at = now() - interval '31 days'")]
    public async Task A_closed_account_is_refused_as_an_unknown_passkey_is(string closed)
    {
        var user = await App.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(App, user);
        await App.QueryAsync<object>($"UPDATE users SET {closed} WHERE id = $1", user.Id);
        using var visitor = await VisitorAtLoginAsync();
        var answer = await SignInAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good));
        using var stranger = new SoftPasskey(user.Id);
        var unknown = await SignInAsync(visitor, stranger.Answer(await BeginAsync(visitor), Good));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(answer.Body, Is.EqualTo(unknown.Body));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'sign_in_failed'", user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task A_second_factor_is_shown_by_its_own_user_for_its_own_sign_in()
    {
        var (user, thief) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        await SecondFactor.RequireAsync(App, user);
        using var passkey = await SoftPasskey.AddAsync(App, user);
        using var thiefs = await SoftPasskey.AddAsync(App, thief);

        // Whoever knows the password holds the pending sign-in.
        using var visitor = new PageClient(App);
        Assert.That((await visitor.LoginAsync(user)).Location, Is.EqualTo("/login/mfa"));
        var options = await BeginAsync(visitor, "second-factor");
        Assert.That(JsonDocument.Parse(options).RootElement.GetProperty("allowCredentials").EnumerateArray().Select(c => c.GetProperty("id").GetString()), Is.EqualTo(new[] { passkey.PathId }));
        await AssertRefusedAsync(visitor, thiefs.Answer(options, Good), "/login/mfa/passkey");
        await AssertRefusedAsync(visitor, thiefs.Answer(await BeginAsync(visitor, "second-factor"), Good with { UserHandle = user.Id }), "/login/mfa/passkey");

        // A challenge for the login page is none for the second factor, nor the other way round.
        await AssertRefusedAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good), "/login/mfa/passkey");
        await AssertRefusedAsync(visitor, passkey.Answer(await BeginAsync(visitor, "second-factor"), Good));

        // Nor is one made for another pending sign-in of the same user.
        var stale = passkey.Answer(await BeginAsync(visitor, "second-factor"), Good);
        Assert.That((await visitor.LoginAsync(user)).Location, Is.EqualTo("/login/mfa"));
        await AssertRefusedAsync(visitor, stale, "/login/mfa/passkey");

        var answer = await visitor.PostWithTokenAsync("/login/mfa/passkey", ("Credential", passkey.Answer(await BeginAsync(visitor, "second-factor"), Good)), ("TrustDevice", "true"));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await AmrAsync(user), Is.EqualTo("pwd hwk mfa"));
        Assert.That(visitor.Cookie("pending"), Is.Null);
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM known_devices WHERE user_id = $1 AND trusted_until > now()", user.Id), Is.EqualTo(1));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'second_factor_failed'", user.Id), Is.EqualTo(4));
    }

    [TestCase("https://evil.example/")]
    [TestCase("//evil.example/")]
    public async Task Signing_in_never_leads_to_another_site(string returnUrl)
    {
        var user = await App.CreateUserAsync();
        using var passkey = await SoftPasskey.AddAsync(App, user);
        using var visitor = await VisitorAtLoginAsync();
        var answer = await SignInAsync(visitor, passkey.Answer(await BeginAsync(visitor), Good), ("ReturnUrl", returnUrl));
        Assert.That(Next(answer), Is.EqualTo("/account"));
    }
}
