using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary>The passkeys at <c>/account/passkeys</c>, which <c>/account/mfa</c> shows too, and what lies below it.</summary>
public sealed class PasskeysPage(Tab tab)
{
    public ILocator Rows => tab.Page.Locator("[data-passkey-row]");

    public ILocator Notice => tab.Page.GetByRole(AriaRole.Status);

    public static async Task<PasskeysPage> OpenAsync(Tab tab, string path = "/account/passkeys")
    {
        await tab.GoAsync(path);
        return new(tab);
    }

    /// <summary>Adds one and waits until it is listed.</summary>
    public async Task AddAsync(string name = "")
    {
        await BeginToAddAsync(name);
        await tab.IsAtAsync("/account/passkeys");
    }

    public async Task BeginToAddAsync(string name = "")
    {
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Add a passkey" }).ClickAsync();
        await tab.Page.FillAsync("#Name", name);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add the passkey" }).ClickAsync();
    }

    public async Task RenameAsync(string from, string to)
    {
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = $"Rename {from}" }).ClickAsync();
        await tab.Page.FillAsync("#Name", to);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Rename", Exact = true }).ClickAsync();
    }

    public async Task RemoveAsync(string name)
    {
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = $"Remove {name}" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove the passkey" }).ClickAsync();
    }
}
