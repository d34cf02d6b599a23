using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary><c>/account/sessions</c></summary>
public sealed class SessionsPage(Tab tab)
{
    public ILocator Rows => tab.Page.Locator("[data-session]");

    public ILocator Current => Rows.Filter(new() { HasText = "Current" });

    public ILocator Others => Rows.Filter(new() { HasNotText = "Current" });

    public Task EndFirstOtherAsync() => Others.First.GetByRole(AriaRole.Button).ClickAsync();

    public Task EndOthersAsync() => tab.ConfirmAsync("Sign out all other sessions");
}
