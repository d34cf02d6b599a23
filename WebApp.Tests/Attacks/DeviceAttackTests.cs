using System.Net;
using WebApp.Features.SignIn.DeviceCode;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Codes guessed, stolen, replayed and raced for; approvals without right, twice, or by someone who lost the account since.</summary>
public sealed class DeviceAttackTests : OwnApp
{
    private const string Approve = "/device/confirm";
    private const string Approved = "Done. Back to your device.";
    private const string Unknown = "Wrong, used or expired code.";

    [Test]
    public async Task Guessing_user_codes_ends_after_ten_for_an_account_hits_included()
    {
        var user = await App.CreateUserAsync();
        var phone = await PageClient.SignInAsync(App, user);
        var own = await Tv.AskAsync(App);
        for (var guess = 0; guess < 9; guess++)
        {
            Assert.That((await LookAsync(phone, UserCode.New())).Text, Does.Contain(Unknown));
        }

        Assert.That((await LookAsync(phone, own.UserCode)).Status, Is.EqualTo(HttpStatusCode.OK), "one's own code buys no more guesses");
        var refused = await LookAsync(phone, own.UserCode);
        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(int.Parse(refused.Headers["Retry-After"], null), Is.InRange(1, 600));
        Assert.That((await phone.SubmitAsync("/account", Approve, ("user_code", own.UserCode))).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That((await (await PageClient.SignInAsync(App, user)).SubmitAsync("/account", "/device/deny", ("user_code", own.UserCode))).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That((await own.PollAsync()).Code, Is.EqualTo("authorization_pending"));
    }

    [Test]
    public async Task Links_with_codes_that_a_browser_is_made_to_follow_use_up_no_guess()
    {
        var phone = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var own = await Tv.AskAsync(App);
        for (var guess = 0; guess < 15; guess++)
        {
            foreach (var path in (string[])["/device", Approve])
            {
                var page = await phone.GetAsync($"{path}?user_code={(guess == 7 ? own.UserCode : UserCode.New())}");
                Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK));
                Assert.That(page.Text, Does.Not.Contain("Approve").And.Not.Contain(Unknown), "a link tells nothing of a code");
            }
        }

        Assert.That((await LookAsync(phone, own.UserCode)).Text, Does.Contain("Approve"));
    }

    [Test]
    public async Task Guessing_user_codes_from_many_accounts_ends_for_their_network()
    {
        await using var app = await TestApp.StartAsync();
        var phones = await Task.WhenAll(Enumerable.Range(0, 11).Select(async _ => await PageClient.SignInAsync(app, await app.CreateUserAsync())));
        await Parallel.ForEachAsync(phones[..10], async (phone, _) =>
        {
            for (var guess = 0; guess < 10; guess++)
            {
                Assert.That((await LookAsync(phone, UserCode.New())).Status, Is.EqualTo(HttpStatusCode.OK));
            }
        });
        Assert.That((await LookAsync(phones[10], UserCode.New())).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
    }

    [Test]
    public async Task Twenty_polls_at_once_have_one_session()
    {
        var user = await App.CreateUserAsync();
        var tv = await Tv.AskAsync(App);
        await LetInAsync(tv, user);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tv.PollAsync()));
        Assert.That(answers.Count(a => a.Status == HttpStatusCode.OK), Is.EqualTo(1));
        Assert.That(answers.Where(a => a.Status != HttpStatusCode.OK).Select(a => a.Code), Is.All.AnyOf("slow_down", "expired_token"));
        Assert.That(await SessionsAsync(user), Is.EqualTo(1));
    }

    [Test]
    public async Task A_device_code_works_once()
    {
        var user = await App.CreateUserAsync();
        var tv = await Tv.AskAsync(App);
        await LetInAsync(tv, user);
        Assert.That((await tv.PollAsync()).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await tv.PollAsync(App.Clock)).Code, Is.EqualTo("expired_token"));
        Assert.That(await SessionsAsync(user), Is.EqualTo(1));
    }

    [Test]
    public async Task The_first_answer_counts_whoever_gives_the_next()
    {
        var (owner, other) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        var tv = await Tv.AskAsync(App);
        var late = await PageClient.SignInAsync(App, other);
        Assert.That((await LookAsync(late, tv.UserCode)).Text, Does.Contain(tv.UserCode));
        await LetInAsync(tv, owner);
        foreach (var action in (string[])[Approve, "/device/deny"])
        {
            Assert.That((await late.SubmitAsync("/account", action, ("user_code", tv.UserCode))).Text, Does.Contain(Unknown));
            Assert.That((await (await PageClient.SignInAsync(App, owner)).SubmitAsync("/account", action, ("user_code", tv.UserCode))).Text, Does.Contain(Unknown));
        }

        var tokens = (await tv.PollAsync()).Tokens;
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Json.GetProperty("id").GetGuid(), Is.EqualTo(owner.Id));
    }

    [Test]
    public async Task Two_answers_at_once_are_one()
    {
        var tv = await Tv.AskAsync(App);
        var phones = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await PageClient.SignInAsync(App, await App.CreateUserAsync())));
        var answers = await Task.WhenAll(phones.Select((phone, turn) => phone.SubmitAsync("/account", turn % 2 == 0 ? Approve : "/device/deny", ("user_code", tv.UserCode))));
        Assert.That(answers.Count(a => a.Text.Contains(Approved, StringComparison.Ordinal) || a.Text.Contains("Device denied", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_turned_away_stays_so()
    {
        var user = await App.CreateUserAsync();
        var tv = await Tv.AskAsync(App);
        var phone = await PageClient.SignInAsync(App, user);
        await phone.SubmitAsync("/account", "/device/deny", ("user_code", tv.UserCode));
        Assert.That((await phone.SubmitAsync("/account", Approve, ("user_code", tv.UserCode))).Text, Does.Contain(Unknown));
        Assert.That((await tv.PollAsync()).Code, Is.EqualTo("access_denied"));
        Assert.That(await SessionsAsync(user), Is.Zero);
    }

    [Test]
    public async Task Opening_the_link_and_forms_from_elsewhere_let_nobody_in()
    {
        var tv = await Tv.AskAsync(App);
        var phone = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        Assert.That((await phone.GetAsync(tv.Link)).Text, Does.Contain($"value=\"{tv.UserCode}\"").And.Not.Contain("Approve"));
        Assert.That((await LookAsync(phone, tv.UserCode)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await phone.PostAsync(Approve, ("user_code", tv.UserCode))).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await phone.PostAsync("/device", ("user_code", tv.UserCode))).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await phone.PostAsync("/device/deny", ("user_code", tv.UserCode))).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await tv.PollAsync()).Code, Is.EqualTo("authorization_pending"));
    }

    [Test]
    public async Task Half_a_sign_in_and_none_at_all_approve_nothing()
    {
        var tv = await Tv.AskAsync(App);
        var phone = new PageClient(App);
        var half = await phone.LoginAsync(await App.CreateMfaUserAsync());
        Assert.That(half.Headers["Location"], Is.EqualTo("/login/mfa"));
        Assert.That((await phone.GetAsync(tv.Link)).Headers["Location"], Does.StartWith("/login?returnUrl=%2Fdevice%3Fuser_code%3D"));
        Assert.That((await phone.SubmitAsync("/login/mfa", "/device", ("user_code", tv.UserCode))).Headers["Location"], Does.StartWith("/login"));
        Assert.That((await phone.SubmitAsync("/login/mfa", Approve, ("user_code", tv.UserCode))).Headers["Location"], Does.StartWith("/login"));
        Assert.That((await tv.PollAsync()).Code, Is.EqualTo("authorization_pending"));
    }

    [TestCase("UPDATE users SET token_version = token_version + 1 WHERE id = $1")]
    [TestCase("UPDATE users SET lockout_end = now() + interval '1 year' WHERE id = $1")]
    [TestCase("UPDATE users SET deletion_requested_at = now() WHERE id = $1")]
    [TestCase("UPDATE users SET email_confirmed = false WHERE id = $1")]
    [TestCase("UPDATE sessions SET revoked_at = now(), revoked_reason = 'password_changed' WHERE user_id = $1")]
    public async Task An_approval_dies_with_what_it_rests_on(string sql)
    {
        var user = await App.CreateUserAsync();
        var tv = await Tv.AskAsync(App);
        await LetInAsync(tv, user);
        await App.QueryAsync<object>(sql, user.Id);
        Assert.That((await tv.PollAsync()).Code, Is.EqualTo("access_denied"));
        Assert.That((await tv.PollAsync(App.Clock)).Code, Is.EqualTo("access_denied"), "for good");
        Assert.That(await SessionsAsync(user), Is.Zero);
    }

    [Test]
    public async Task Changing_the_password_before_the_device_comes_back_keeps_it_out_even_in_the_same_browser()
    {
        var user = await App.CreateUserAsync();
        var tv = await Tv.AskAsync(App);
        var phone = await LetInAsync(tv, user);
        var changed = await phone.SubmitAsync("/account/password", ("CurrentPassword", user.Password), ("NewPassword", TestUser.NewPassword("Velvet harbour")));
        Assert.That(changed.Status, Is.EqualTo(HttpStatusCode.Found), changed.Text);
        Assert.That((await tv.PollAsync()).Code, Is.EqualTo("access_denied"));
    }

    [Test]
    public async Task Signing_out_on_a_shared_computer_right_after_leaves_the_device_in()
    {
        var tv = await Tv.AskAsync(App);
        var phone = await LetInAsync(tv, await App.CreateUserAsync());
        await phone.SubmitAsync("/account", "/logout");
        Assert.That((await tv.PollAsync()).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_device_that_calls_itself_markup_is_shown_as_text()
    {
        var tv = await Tv.AskAsync(App, "<script>alert(1)</script>\r\nTV", "\u202Egnirts");
        var page = await LookAsync(await PageClient.SignInAsync(App, await App.CreateUserAsync()), tv.UserCode);
        Assert.That(page.Body, Does.Contain("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;TV</bdi>").And.Not.Contain("<script>alert"));
    }

    private static Task<Answer> LookAsync(PageClient phone, string code) => phone.SubmitAsync("/account", "/device", ("user_code", code));

    private async Task<PageClient> LetInAsync(Tv tv, TestUser user)
    {
        var phone = await PageClient.SignInAsync(App, user);
        var answer = await phone.SubmitAsync("/account", Approve, ("user_code", tv.UserCode));
        Assert.That(answer.Text, Does.Contain(Approved));
        return phone;
    }

    private async Task<long> SessionsAsync(TestUser user) => await App.QueryAsync<long>("SELECT count(*) FROM sessions WHERE user_id = $1 AND kind = 'api'", user.Id);
}
