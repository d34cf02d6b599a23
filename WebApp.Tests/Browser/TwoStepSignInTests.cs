using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Tests.Features.SecondFactors;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>Second factors as their owner meets them in the account settings.</summary>
[Category("Browser")]
public sealed class TwoStepSignInTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_phone_is_added_its_recovery_codes_are_kept_and_it_is_removed(bool javaScript)
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await using var other = await Chromium.OpenAsync();
        await LoginPage.SignInAsync(other, user);
        await using var tab = await Chromium.OpenAsync(javaScript: javaScript);
        await LoginPage.SignInAsync(tab, user);
        var pages = await new TwoStepPages(tab).OpenAsync();
        await Expect(tab.Page.GetByText("Two-step sign-in is off.")).ToBeVisibleAsync();

        await pages.OpenFactorAsync("Authenticator app");
        await pages.AddPhoneAsync();
        var shown = await pages.Codes.AllInnerTextsAsync();
        var file = await pages.DownloadAsync();
        Assert.That(file.Split("\r\n"), Is.SupersetOf(shown));
        await other.GoAsync("/account");
        await other.IsAtAsync("/login");

        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "I have saved them" }).ClickAsync();
        await Expect(pages.Factor("Authenticator app")).ToContainTextAsync("On");
        await Expect(pages.Factor("Recovery codes")).ToContainTextAsync("10 of 10 left");
        await new LoginPage(other).SignInAsync(user.Email, user.Password);
        await other.IsAtAsync("/login/mfa");

        await pages.OpenFactorAsync("Authenticator app");
        await tab.ConfirmAsync("Remove the authenticator app");
        await tab.IsAtAsync("/account/mfa");
        await Expect(tab.Page.GetByText("Two-step sign-in is off.")).ToBeVisibleAsync();
        await LoginPage.SignInAsync(other, user);
    }

    [Test]
    public async Task A_wrong_code_and_a_wrong_clock_are_reported_beside_the_field_and_the_secret_stays()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync();
        await LoginPage.SignInAsync(tab, user);
        var pages = new TwoStepPages(tab);
        await tab.GoAsync("/account/mfa/totp");
        await pages.Button("Add an authenticator app").ClickAsync();
        var phone = await pages.ScanAsync();
        var secret = await tab.Page.Locator(".secret").InnerTextAsync();
        await pages.ConfirmAsync("12");
        await Expect(pages.FieldError).ToContainTextAsync("Wrong, used or expired");
        await pages.ConfirmAsync(phone.CodeAt(DateTimeOffset.UtcNow.AddMinutes(-5)));
        await Expect(pages.FieldError).ToContainTextAsync("behind");
        await Expect(tab.Page.Locator(".secret")).ToHaveTextAsync(secret);
        await pages.ConfirmAsync(phone.CodeAt(DateTimeOffset.UtcNow));
        await Expect(pages.Codes).ToHaveCountAsync(10);
    }

    [Test]
    public async Task Codes_by_mail_are_turned_on_and_off_and_codes_renewed_and_copied()
    {
        var user = await TestApp.Shared.CreateUserAsync();
        await using var tab = await Chromium.OpenAsync();
        await tab.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await LoginPage.SignInAsync(tab, user);
        var pages = await new TwoStepPages(tab).OpenAsync();
        await pages.OpenFactorAsync("Codes by email");
        await pages.Button("Turn codes by email on").ClickAsync();
        await Expect(pages.Codes).ToHaveCountAsync(10);
        var first = await pages.Codes.AllInnerTextsAsync();

        await pages.OpenAsync();
        await pages.OpenFactorAsync("Recovery codes");
        await tab.ConfirmAsync("Create ten new codes");
        await Expect(pages.Codes).ToHaveCountAsync(10);
        var renewed = await pages.Codes.AllInnerTextsAsync();
        Assert.That(renewed.Intersect(first), Is.Empty);
        await pages.Button("Copy").ClickAsync();
        await Expect(tab.Page.Locator("[data-copied]")).ToHaveTextAsync("Copied.");
        Assert.That(await tab.Page.EvaluateAsync<string>("navigator.clipboard.readText()"), Is.EqualTo(string.Join('\n', renewed)));
        await Expect(pages.Button("Print")).ToBeVisibleAsync();

        await pages.OpenAsync();
        await pages.OpenFactorAsync("Codes by email");
        await tab.ConfirmAsync("Turn codes by email off");
        await Expect(pages.Factor("Codes by email")).ToContainTextAsync("Off");
        await Expect(tab.Page.GetByText("Two-step sign-in is off.")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Few_codes_left_are_warned_of()
    {
        var scene = await FactorScene.NewAsync(TestApp.Shared);
        await scene.SendAsync(HttpMethod.Post, "/mfa/email");
        await using var tab = await Chromium.OpenAsync();
        await SignInByCookieAsync(tab, scene.User);
        await tab.GoAsync("/account/mfa");
        await Expect(tab.Page.Locator(".notice-warning")).ToHaveCountAsync(0);
        await TestApp.Shared.QueryAsync<object>(
            "UPDATE recovery_codes SET used_at = now() WHERE id IN (SELECT id FROM recovery_codes WHERE user_id = $1 LIMIT 7)", scene.User.Id);
        await tab.GoAsync("/account/mfa");
        await Expect(tab.Page.Locator(".notice-warning")).ToContainTextAsync("Only 3 recovery codes are left");
    }

    [Test]
    public void Somebody_elses_codes_and_made_up_ones_are_not_given_as_a_file()
    {
        var download = TestApp.Shared.Services.GetRequiredService<RecoveryCodeDownload>();
        var (owner, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var field = download.Offer(owner, new(["abcde-fghjk"])).Download;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(download.Open(owner, field), Is.Not.Null);
            Assert.That(download.Open(other, field), Is.Null);
            Assert.That(download.Open(owner, "abcde-fghjk"), Is.Null);
            Assert.That(download.Open(owner, null), Is.Null);
        }
    }

    [Test]
    public async Task Without_recent_authentication_every_page_and_form_leads_to_it_and_back()
    {
        await using var app = await TestApp.StartAsync();
        var user = await app.CreateUserAsync();
        var cookie = await CookieOfAsync(app, user);
        app.Clock.Advance(RecentAuthentication.MaxAge + TimeSpan.FromSeconds(2));
        using var client = app.NewClient();
        var (cookies, forgery) = await ReadFormAsync(client, cookie);
        (HttpMethod Method, string Path, string Back)[] calls =
        [
            (HttpMethod.Get, "/account/mfa/totp", "/account/mfa/totp"),
            (HttpMethod.Post, "/account/mfa/totp/begin", "/account/mfa/totp"),
            (HttpMethod.Post, "/account/mfa/totp", "/account/mfa/totp"),
            (HttpMethod.Post, "/account/mfa/totp/remove", "/account/mfa/totp"),
            (HttpMethod.Get, "/account/mfa/email", "/account/mfa/email"),
            (HttpMethod.Post, "/account/mfa/email", "/account/mfa/email"),
            (HttpMethod.Post, "/account/mfa/email/remove", "/account/mfa/email"),
            (HttpMethod.Get, "/account/mfa/recovery-codes", "/account/mfa/recovery-codes"),
            (HttpMethod.Post, "/account/mfa/recovery-codes", "/account/mfa/recovery-codes"),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (method, path, back) in calls)
            {
                using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
                request.Headers.Add("Cookie", cookies);
                request.Content = method == HttpMethod.Post ? new FormUrlEncodedContent([new("__RequestVerificationToken", forgery)]) : null;
                using var response = await client.SendAsync(request);
                Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), $"{method} {path}");
                Assert.That(response.Headers.Location?.OriginalString, Is.EqualTo($"/reauthenticate?returnUrl={Uri.EscapeDataString(back)}"), $"{method} {path}");
            }
        }
    }

    // A browser session as after a complete sign-in.
    private static async Task<string> CookieOfAsync(TestApp app, TestUser user)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var (_, key) = app.Services.GetRequiredService<BrowserSessions>().Add(db, (await db.Users.FindAsync(user.Id))!, ["pwd"], remember: false, FactorScene.Client);
        await db.SaveChangesAsync();
        return $"session={key.Reveal()}";
    }

    // The cookies and the hidden field that a form of any page sends.
    private static async Task<(string Cookies, string Forgery)> ReadFormAsync(HttpClient client, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/account", UriKind.Relative));
        request.Headers.Add("Cookie", cookie);
        using var response = await client.SendAsync(request);
        var set = response.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("antiforgery", StringComparison.Ordinal)).Split(';')[0];
        var field = Regex.Match(await response.Content.ReadAsStringAsync(), "__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"");
        Assert.That(field.Success);
        return ($"{cookie}; {set}", field.Groups[1].Value);
    }

    private static async Task SignInByCookieAsync(Tab tab, TestUser user)
    {
        var cookie = (await CookieOfAsync(TestApp.Shared, user)).Split('=', 2);
        await tab.Page.Context.AddCookiesAsync([new() { Name = cookie[0], Value = cookie[1], Url = TestApp.Shared.BaseAddress.ToString() }]);
    }
}
