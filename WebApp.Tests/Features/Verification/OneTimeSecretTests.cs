using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Verification;

/// <summary>What is mailed works once, and for a time.</summary>
public sealed class OneTimeSecretTests : OwnApp
{
    private const string Password = "Copper lantern over the 7 hills!";

    [Test]
    public async Task Twenty_uses_of_one_confirmation_at_once_are_one_success()
    {
        var (email, mail) = await RegisterAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Api.PostAsync("/auth/confirm-email", new { token = mail.Token, password = Password })));
        AssertOneSuccess(answers);
        Assert.That(await EventsAsync(email, "email_confirmed"), Is.EqualTo(1));
    }

    [Test]
    public async Task Twenty_resets_by_one_link_and_code_at_once_are_one_success()
    {
        var user = await App.CreateUserAsync();
        var mail = await ForgetAsync(user);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Api.PostAsync("/auth/reset-password", n % 5 == 0
            ? new { email = (string?)user.Email, code = (string?)mail.Code, token = (string?)null, new_password = $"{Password}{n}" }
            : new { email = (string?)null, code = (string?)null, token = (string?)mail.Token, new_password = $"{Password}{n}" })));
        AssertOneSuccess(answers);
        var winner = Array.FindIndex(answers, a => a.Status == HttpStatusCode.NoContent);
        await Api.LoginAsync(user with { Password = $"{Password}{winner}" });
        Assert.That(await EventsAsync(user.Email, "password_reset"), Is.EqualTo(1));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Five_wrong_codes_kill_a_code_one_by_one_or_at_once(bool parallel)
    {
        var (email, mail) = await RegisterAsync();
        var wrong = Enumerable.Range(0, 5).Select(n => ((int.Parse(mail.Code) + n + 1) % 100_000_000).ToString("D8"));
        var tries = new List<Answer>();
        foreach (var batch in wrong.Chunk(parallel ? 5 : 1))
        {
            tries.AddRange(await Task.WhenAll(batch.Select(code => ConfirmAsync(email, code))));
        }

        Assert.That(tries.Select(a => a.Code), Is.All.EqualTo("invalid_code"));
        Assert.That((await ConfirmAsync(email, mail.Code)).Code, Is.EqualTo("invalid_code"), "The right one, too late.");
        Assert.That((await Api.PostAsync("/auth/confirm-email", new { token = mail.Token, password = Password })).Status, Is.EqualTo(HttpStatusCode.NoContent), "The link cannot be guessed and still works.");
    }

    [Test]
    public async Task Four_wrong_codes_do_no_harm()
    {
        var (email, mail) = await RegisterAsync();
        for (var n = 1; n <= 4; n++)
        {
            await ConfirmAsync(email, ((int.Parse(mail.Code) + n) % 100_000_000).ToString("D8"));
        }

        Assert.That((await ConfirmAsync(email, mail.Code)).Status, Is.EqualTo(HttpStatusCode.NoContent));
    }

    [TestCase(true, true)]
    [TestCase(true, false)]
    [TestCase(false, true)]
    [TestCase(false, false)]
    public async Task A_reset_mailed_again_leaves_the_first_good_until_one_of_them_is_used(bool first, bool byCode)
    {
        var user = await App.CreateUserAsync();
        var old = await ForgetAsync(user);
        App.Clock.Advance(TimeSpan.FromMinutes(2));
        var fresh = await ForgetAsync(user, old);
        var (used, other) = first ? (old, fresh) : (fresh, old);
        Assert.That((await (byCode ? ResetByCodeAsync(user, used.Code) : ResetAsync(used.Token))).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await ResetAsync(other.Token)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await ResetByCodeAsync(user, other.Code)).Code, Is.EqualTo("invalid_code"));
    }

    [Test]
    public async Task A_reset_link_is_good_for_an_hour_and_a_confirmation_for_a_day()
    {
        var (forgetful, slow) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        var (_, confirm) = await RegisterAsync();
        var (_, late) = await RegisterAsync();
        var (inTime, tooLate) = (await ForgetAsync(forgetful), await ForgetAsync(slow));
        App.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.That((await ResetAsync(inTime.Token)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await ResetAsync(tooLate.Token)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await Api.PostAsync("/auth/reset-password", new { email = slow.Email, code = tooLate.Code, new_password = Password })).Code, Is.EqualTo("invalid_code"));

        App.Clock.Advance(TimeSpan.FromHours(22.9));
        Assert.That((await Api.PostAsync("/auth/confirm-email", new { token = confirm.Token, password = Password })).Status, Is.EqualTo(HttpStatusCode.NoContent));
        App.Clock.Advance(TimeSpan.FromHours(0.2));
        Assert.That((await Api.PostAsync("/auth/confirm-email", new { token = late.Token, password = Password })).Code, Is.EqualTo("invalid_code"));
    }

    [Test]
    public async Task A_link_of_one_purpose_is_nothing_to_another()
    {
        var (email, confirm) = await RegisterAsync();
        var reset = await ForgetAsync(await App.CreateUserAsync());
        Assert.That((await ResetAsync(confirm.Token)).Code, Is.EqualTo("invalid_code"));
        Assert.That((await Api.PostAsync("/auth/reset-password", new { email, code = confirm.Code, new_password = Password })).Code, Is.EqualTo("invalid_code"));
        Assert.That((await Api.PostAsync("/auth/confirm-email", new { token = reset.Token, password = Password })).Code, Is.EqualTo("invalid_code"));
    }

    [Test]
    public async Task Neither_token_nor_code_is_in_the_database()
    {
        var (_, mail) = await RegisterAsync();
        var dump = await App.QueryAsync<string>("SELECT string_agg(t::text, ' ') FROM (SELECT s::text FROM one_time_secrets s UNION ALL SELECT r::text FROM registrations r UNION ALL SELECT m::text FROM outbox_messages m) t");
        Assert.That(dump, Does.Not.Contain(mail.Token).And.Not.Contain(mail.Code));
    }

    private static void AssertOneSuccess(Answer[] answers)
    {
        Assert.That(answers.Count(a => a.Status == HttpStatusCode.NoContent), Is.EqualTo(1));
        Assert.That(answers.Where(a => a.Status != HttpStatusCode.NoContent).Select(a => a.Code), Is.All.EqualTo("invalid_code"));
    }

    private async Task<(string Email, Pages.Mail Mail)> RegisterAsync()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        await Api.PostAsync("/auth/register", new { email, password = Password });
        return (email, await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress));
    }

    private async Task<Pages.Mail> ForgetAsync(TestUser user, Pages.Mail? before = null)
    {
        await Api.PostAsync("/auth/forgot-password", new { email = user.Email });
        var mail = await Mailbox.NewestAsync(user.Email, "/reset-password", App.BaseAddress);
        Assert.That(mail, Is.Not.EqualTo(before));
        return mail;
    }

    private Task<Answer> ConfirmAsync(string email, string code) => Api.PostAsync("/auth/confirm-email", new { email, code, password = Password });

    private Task<Answer> ResetByCodeAsync(TestUser user, string code) =>
        Api.PostAsync("/auth/reset-password", new { email = user.Email, code, new_password = Password });

    private Task<Answer> ResetAsync(string token) => Api.PostAsync("/auth/reset-password", new { token, new_password = Password });

    private Task<long> EventsAsync(string email, string kind) => App.QueryAsync<long>(
        "SELECT count(*) FROM security_events e JOIN users u ON u.id = e.user_id WHERE u.email = $1 AND e.kind = $2", email, kind);
}
