using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary><c>/account</c></summary>
public sealed class AccountPage(Tab tab)
{
    public ILocator Heading => tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public ILocator Address => tab.Page.Locator(".settings-page > header p");

    public async Task<SessionsPage> GoToSessionsAsync()
    {
        await tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Account settings" }).GetByRole(AriaRole.Link, new() { Name = "Sessions" }).ClickAsync();
        await tab.IsAtAsync("/account/sessions");
        return new(tab);
    }

    public Task SignOutAsync() => tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
}
