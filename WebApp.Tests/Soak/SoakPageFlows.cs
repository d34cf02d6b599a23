using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Soak;

/// <summary>What somebody does in a browser, whose cookies both nodes get.</summary>
internal sealed class SoakPageFlows(SoakSite site, SoakClient client, CookieContainer cookies, Random random)
{
    private static readonly string[] AccountPages =
        ["/account", "/account/profile", "/account/password", "/account/email", "/account/mfa", "/account/passkeys", "/account/sessions", "/account/api-tokens", "/account/activity", "/account/groups", "/account/data"];

    private static readonly string[] ConsolePages = ["/admin", "/admin/users", "/admin/roles", "/admin/groups", "/admin/audit", "/admin/outbox", "/admin/keys"];

    /// <summary>Signs in, looks at every page of the account, ends the other sessions, and signs out.</summary>
    public async Task AccountAsync(SoakUser user)
    {
        await SignInAsync(user.Email, user.Password);
        await LookAsync(AccountPages);
        await OnAsync(browser => browser.SubmitAsync("/account/sessions", "/account/sessions/end-others"), HttpStatusCode.Redirect, "ending other sessions");
        await SignOutAsync();
    }

    /// <summary>Signs in as an administrator and looks at the console.</summary>
    public async Task ConsoleAsync(TestUser administrator)
    {
        await SignInAsync(administrator.Email, administrator.Password);
        await LookAsync(ConsolePages);
        await SignOutAsync();
    }

    /// <summary>Has the account deleted: nobody is signed in any more.</summary>
    public async Task LeaveAsync(SoakUser user)
    {
        await SignInAsync(user.Email, user.Password);
        await OnAsync(browser => browser.SubmitAsync("/account/data", "/account/data/delete", ("Confirmation", user.Email)), HttpStatusCode.Redirect, "deleting an account");
        await OnAsync(browser => browser.GetAsync("/account"), HttpStatusCode.Redirect, "an account that is deleted");
    }

    private async Task SignInAsync(string email, string password)
    {
        // A flow that broke off may have left somebody signed in, who would not be shown the form.
        if (cookies.GetCookies(site.Node(0))["session"] is { } left)
        {
            left.Expired = true;
        }

        var answer = await OnAsync(
            browser => browser.SubmitAsync("/login", ("Email", email), ("Password", password), ("RememberMe", "false")), HttpStatusCode.Redirect, "the login form");
        client.Expect(answer.Location == "/account", $"Signing in led to {answer.Location}.");
    }

    private async Task SignOutAsync()
    {
        await OnAsync(browser => browser.SubmitAsync("/account", "/logout"), HttpStatusCode.Redirect, "signing out");
        await OnAsync(browser => browser.GetAsync("/account"), HttpStatusCode.Redirect, "an account after signing out");
    }

    private async Task LookAsync(string[] pages)
    {
        foreach (var page in pages)
        {
            await OnAsync(browser => browser.GetAsync(page), HttpStatusCode.OK, page);
        }
    }

    private async Task<Answer> OnAsync(Func<PageClient, Task<Answer>> ask, HttpStatusCode expected, string what)
    {
        using var browser = new PageClient(site.Node(random.Next(2)), cookies);
        return await client.PageAsync(() => ask(browser), expected, what);
    }
}
