using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Stories;

/// <summary>Someone makes tokens for their programs on the page, and takes them back.</summary>
[Category("Browser")]
public sealed class ApiTokenStoryTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Tokens_are_made_shown_once_used_and_revoked(bool javaScript)
    {
        var api = new ApiClient(TestApp.Shared);
        await using var tab = await Chromium.OpenAsync(javaScript: javaScript);
        await LoginPage.SignInAsync(tab, await TestApp.Shared.CreateUserAsync());
        var page = await ApiTokensPage.OpenAsync(tab);

        await page.MakeAsync(" ", "sessions.read");
        await Expect(page.NameError).ToContainTextAsync("Enter a name");
        await Expect(tab.Page.Locator("[value='sessions.read']")).ToBeCheckedAsync();

        await page.MakeAsync("Backups", "sessions.read");
        await Expect(page.Row("Backups")).ToContainTextAsync("sessions.read");
        var token = await page.Made.InnerTextAsync();
        Assert.That(token, Does.StartWith("wat_"));
        Assert.That((await api.GetAsync("/me", token)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.GetAsync("/sessions", token)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.GetAsync("/events", token)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        page = await ApiTokensPage.OpenAsync(tab);
        Assert.That(await tab.Page.ContentAsync(), Does.Contain("Backups").And.Not.Contain(token));

        await page.RevokeAsync("Backups");
        await Expect(page.Notice).ToContainTextAsync("The token is revoked");
        await Expect(page.Rows).ToHaveCountAsync(0);
        Assert.That((await api.GetAsync("/me", token)).Code, Is.EqualTo("token_revoked"));

        foreach (var name in (string[])["One", "Two"])
        {
            await page.MakeAsync(name);
            await Expect(page.Row(name)).ToHaveCountAsync(1);
        }

        token = await page.Made.InnerTextAsync();
        await page.RevokeAllAsync();
        await Expect(page.Notice).ToContainTextAsync("All tokens are revoked");
        await Expect(page.Rows).ToHaveCountAsync(0);
        Assert.That((await api.GetAsync("/me", token)).Code, Is.EqualTo("token_revoked"));
    }
}
