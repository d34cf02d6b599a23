using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Browser;

/// <summary>A page that has loaded the client module, in tabs of one real browser. Each fixture has a clock of its own to let tokens expire.</summary>
public abstract class AuthClientPage : OwnApp
{
    protected const string Ask = "async () => { const r = await auth.fetch('/api/v1/me'); return r.ok ? (await r.json()).email : String(r.status); }";

    protected async Task<Tab> OpenAsync()
    {
        var tab = await Chromium.OpenAsync(app: App);
        await ReadyAsync(tab.Page);
        return tab;
    }

    protected static async Task<IPage> AnotherAsync(IPage page)
    {
        var other = await page.Context.NewPageAsync();
        await ReadyAsync(other);
        return other;
    }

    protected static async Task ReadyAsync(IPage page)
    {
        await page.GotoAsync("/login");
        await page.EvaluateAsync(
            """
            async () => {
              const { AuthClient } = await import('/js/auth-client.js');
              window.auth = new AuthClient();
              window.news = [];
              auth.addEventListener('change', event => news.push(event.detail.reason));
            }
            """);
    }

    protected static async Task LoginAsync(IPage page, TestUser user) =>
        await page.EvaluateAsync("user => auth.login(user)", new { email = user.Email, password = user.Password, deviceName = "a page" });

    protected static Task<string[]> News(IPage page) => page.EvaluateAsync<string[]>("news");
}
