using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary><c>/account/api-tokens</c></summary>
public sealed class ApiTokensPage(Tab tab)
{
    public ILocator Rows => tab.Page.Locator("[data-api-token]");

    public ILocator Made => tab.Page.Locator("[data-token]");

    public ILocator NameError => tab.Page.Locator("#Name-error");

    public ILocator Notice => tab.Page.GetByRole(AriaRole.Status);

    public ILocator Row(string name) => Rows.Filter(new() { HasText = name });

    public static async Task<ApiTokensPage> OpenAsync(Tab tab)
    {
        await tab.GoAsync("/account/api-tokens");
        return new(tab);
    }

    /// <summary>Makes one with further scopes than the first.</summary>
    public async Task MakeAsync(string name, params string[] scopes)
    {
        await tab.Page.FillAsync("#Name", name);
        foreach (var scope in scopes)
        {
            await tab.Page.CheckAsync($"[name=Scopes][value='{scope}']");
        }

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
    }

    public Task RevokeAsync(string name) => tab.ConfirmAsync("Revoke", Row(name));

    public Task RevokeAllAsync() => tab.ConfirmAsync("Revoke all tokens");
}
