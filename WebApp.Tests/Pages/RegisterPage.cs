using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary><c>/register</c></summary>
public sealed class RegisterPage(Tab tab)
{
    public ILocator Meter => tab.Page.Locator("[data-password-meter]");

    public ILocator Errors => tab.Page.Locator(".field-error");

    public static async Task<RegisterPage> OpenAsync(Tab tab)
    {
        await tab.GoAsync("/register");
        return new(tab);
    }

    public Task TypePasswordAsync(string password) => tab.Page.FillAsync("#Password", password);

    public async Task SubmitAsync(string email, string password, string displayName = "")
    {
        await tab.Page.FillAsync("#Email", email);
        await tab.Page.FillAsync("#DisplayName", displayName);
        await TypePasswordAsync(password);
        await tab.Page.ClickAsync("main button:not([type=button])");
    }
}
