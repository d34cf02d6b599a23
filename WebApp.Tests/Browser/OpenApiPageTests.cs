using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Browser;

/// <summary>Development's page for the OpenAPI document works under a policy without inline code.</summary>
[Category("Browser")]
public sealed class OpenApiPageTests
{
    [Test]
    public async Task The_page_shows_every_operation_and_breaks_no_policy()
    {
        await using var tab = await Chromium.OpenAsync();
        List<string> complaints = [];
        tab.Page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Add(message.Text);
            }
        };
        var answer = await tab.GoAsync("/swagger/index.html");
        Assert.That((await answer!.AllHeadersAsync())["content-security-policy"], Does.Contain("script-src 'self';"));
        await Assertions.Expect(tab.Page.Locator(".opblock")).ToHaveCountAsync(ApiDocument.Shared.Operations.Count, new() { Timeout = 30_000 });
        await tab.Page.Locator("#operations-Tokens-Tokens_Login .opblock-summary-control").ClickAsync();
        await Assertions.Expect(tab.Page.Locator("#operations-Tokens-Tokens_Login")).ToContainTextAsync("invalid_credentials");
        Assert.That(complaints, Is.Empty);
    }
}
