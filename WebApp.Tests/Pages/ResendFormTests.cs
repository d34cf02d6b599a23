using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary>Forms that send a mail again, for a browser without scripts: the button works at once, and the server decides.</summary>
public sealed partial class ResendFormTests : OwnApp
{
    [Test]
    public void Every_form_that_sends_a_mail_again_has_the_countdown()
    {
        var forms = Views.All.SelectMany(view => SendsAgain().Matches(view.Text).Select(form => (view.Path, Form: form.Value))).ToArray();
        Assert.That(forms, Has.Length.GreaterThanOrEqualTo(3));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(forms.Where(form => !form.Form.Contains("sent-at=", StringComparison.Ordinal)), Is.Empty);
            Assert.That(Views.All.Where(view => view.Text.Contains("sent-at=", StringComparison.Ordinal) && !view.Text.Contains("/js/resend.js", StringComparison.Ordinal)).Select(view => view.Path), Is.Empty);
        }
    }

    [Test]
    public async Task The_wait_is_what_is_left_of_a_minute_and_the_button_is_not_disabled()
    {
        var user = await App.CreateMfaUserAsync();
        using var browser = new PageClient(App);
        await browser.BeginAsync(user);
        Assert.That(Wait(await browser.GetAsync("/login/mfa?method=email")), Is.InRange(50, 60));
        App.Clock.Advance(TimeSpan.FromSeconds(40));
        var page = await browser.GetAsync("/login/mfa?method=email");
        Assert.That(Wait(page), Is.InRange(10, 20));
        Assert.That(page.Text, Does.Not.Contain("disabled"));
        App.Clock.Advance(TimeSpan.FromSeconds(40));
        Assert.That(Wait(await browser.GetAsync("/login/mfa?method=email")), Is.Zero);
    }

    [Test]
    public async Task A_refusal_says_how_long_the_server_wants_to_wait()
    {
        var user = await App.CreateMfaUserAsync();
        using var browser = new PageClient(App);
        await browser.BeginAsync(user);
        for (var sent = 1; sent < 5; sent++)
        {
            App.Clock.Advance(TimeSpan.FromSeconds(61));
            Assert.That((await browser.SubmitAsync("/login/mfa?method=email", "/login/mfa/email-code")).Status, Is.EqualTo(HttpStatusCode.Found));
        }

        App.Clock.Advance(TimeSpan.FromSeconds(61));
        var refused = await browser.SubmitAsync("/login/mfa?method=email", "/login/mfa/email-code");
        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(Wait(refused), Is.GreaterThan(600).And.EqualTo(int.Parse(refused.Headers["Retry-After"], CultureInfo.InvariantCulture)).Within(5));
    }

    [Test]
    public async Task A_reset_is_sent_again_to_the_same_address_after_a_minute()
    {
        var user = await App.CreateUserAsync();
        using var browser = new PageClient(App);
        await browser.SubmitAsync("/forgot-password", ("Email", user.Email));
        var page = await browser.GetAsync("/reset-password");
        Assert.That(Wait(page), Is.InRange(50, 60));
        Assert.That(page.Text, Does.Contain($"name=\"Email\" value=\"{user.Email}\""));
        App.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That((await browser.SubmitAsync("/reset-password", "/forgot-password", ("Email", user.Email))).Location, Is.EqualTo("/reset-password"));
        await Patience.UntilAsync(async () => (await Mailbox.SubjectsAsync(user.Email, App)).Count == 2);
        Assert.That((await new PageClient(App).GetAsync("/reset-password")).Text, Does.Not.Contain("data-resend"), "a browser that has asked for nothing");
    }

    private static int Wait(Answer page) => int.Parse(Attribute().Match(page.Text).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("data-resend=\"(\\d+)\"")]
    private static partial Regex Attribute();

    [GeneratedRegex("<form [^>]*(?:/resend|/email-code)\"[^>]*>")]
    private static partial Regex SendsAgain();
}
