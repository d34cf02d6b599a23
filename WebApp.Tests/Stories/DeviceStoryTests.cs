using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Stories;

/// <summary>A television shows a code, its owner lets it in from the phone, watches it in the list, and ends it there.</summary>
[Category("Browser")]
public sealed class DeviceStoryTests : OwnApp
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_television_is_let_in_from_the_phone_and_put_out_again(bool javaScript)
    {
        var user = await App.CreateUserAsync("Ada");
        var tv = await Tv.AskAsync(App, "Living-room TV", "Film Night");
        Assert.That((await tv.PollAsync()).Code, Is.EqualTo("authorization_pending"));

        // The phone scans the code, and is not signed in yet.
        await using var phone = await Chromium.OpenAsync(width: 360, javaScript: javaScript, app: App);
        await phone.GoAsync(tv.Link);
        await phone.IsAtAsync("/login");
        await new LoginPage(phone).SignInAsync(user.Email, user.Password);
        await phone.IsAtAsync("/device");
        var page = new DevicePages(phone);
        await Expect(page.Code).ToHaveValueAsync(tv.UserCode);
        await page.ContinueAsync();
        await Expect(page.ShownCode).ToHaveTextAsync(tv.UserCode);
        await Expect(page.Facts).ToContainTextAsync("Living-room TV Not verified");
        await Expect(page.Facts).ToContainTextAsync("Film Night Not verified");
        await Expect(page.Facts).ToContainTextAsync("127.0.0.1 Your network");
        await Expect(page.Warning).ToContainTextAsync("Approve only if you started this yourself, just now, on a device in front of you.");
        Assert.That((await tv.PollAsync(App.Clock)).Code, Is.EqualTo("authorization_pending"), "looking is not approving");
        await page.ApproveAsync();
        await Expect(page.Title).ToHaveTextAsync("Done. Back to your device.");

        var answer = await tv.PollAsync(App.Clock);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        var me = await Api.GetAsync("/me", answer.Tokens.Access);
        Assert.That(me.Json.GetProperty("email").GetString(), Is.EqualTo(user.Email));

        await phone.GoAsync("/account/sessions");
        var sessions = new SessionsPage(phone);
        await Expect(sessions.Others).ToHaveCountAsync(1);
        await Expect(sessions.Others).ToContainTextAsync("Living-room TV");
        await sessions.EndFirstOtherAsync();
        await Expect(sessions.Others).ToHaveCountAsync(0);
        Assert.That((await Api.GetAsync("/me", answer.Tokens.Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.PostAsync("/auth/refresh", new { refresh_token = answer.Tokens.Refresh })).Code, Is.EqualTo("token_revoked"));
    }

    [Test]
    public async Task A_code_is_typed_in_any_case_and_without_its_dash_and_a_wrong_one_is_asked_for_again()
    {
        var tv = await Tv.AskAsync(App);
        await using var phone = await Chromium.OpenAsync(width: 360, app: App);
        await LoginPage.SignInAsync(phone, await App.CreateUserAsync());
        await phone.GoAsync("/account/sessions");
        await phone.Page.ClickAsync("a[href='/device']");
        var page = new DevicePages(phone);
        await page.TypeAsync("");
        await Expect(page.FieldError).ToContainTextAsync("Enter the code that the device shows.");
        await page.TypeAsync("AEIO-UAEI");
        await Expect(page.FieldError).ToContainTextAsync("Wrong, used or expired code.");
        await page.TypeAsync(tv.UserCode.ToLowerInvariant().Replace('-', ' '));
        await Expect(page.ShownCode).ToHaveTextAsync(tv.UserCode);
        await page.DenyAsync();
        await Expect(page.Title).ToHaveTextAsync("Device denied");
        Assert.That((await tv.PollAsync()).Code, Is.EqualTo("access_denied"));
    }

    [Test]
    public async Task Whoever_signed_in_a_while_ago_proves_it_again_and_comes_back_to_the_device()
    {
        var user = await App.CreateUserAsync();
        await using var phone = await Chromium.OpenAsync(width: 360, app: App);
        await LoginPage.SignInAsync(phone, user);
        App.Clock.Advance(TimeSpan.FromMinutes(11));
        var tv = await Tv.AskAsync(App, "Living-room TV");
        await phone.GoAsync(tv.Link);
        await phone.IsAtAsync("/reauthenticate");
        await phone.Page.FillAsync("#Password", user.Password);
        await phone.Page.ClickAsync("main button:not([type=button])");
        await phone.IsAtAsync("/device");
        await new DevicePages(phone).ContinueAsync();
        await new DevicePages(phone).ApproveAsync();
        await Expect(new DevicePages(phone).Title).ToHaveTextAsync("Done. Back to your device.");
        Assert.That((await tv.PollAsync()).Status, Is.EqualTo(HttpStatusCode.OK));
    }
}
