using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary><c>/login</c></summary>
public sealed class LoginPage(Tab tab)
{
    public ILocator Alert => tab.Page.GetByRole(AriaRole.Alert);

    public ILocator Notice => tab.Page.GetByRole(AriaRole.Status);

    public ILocator Email => tab.Page.Locator("#Email");

    public ILocator Password => tab.Page.Locator("#Password");

    public static async Task<LoginPage> OpenAsync(Tab tab, string query = "")
    {
        await tab.GoAsync($"/login{query}");
        return new(tab);
    }

    public async Task SignInAsync(string email, string password, bool remember = false)
    {
        await Email.FillAsync(email);
        await Password.FillAsync(password);
        await tab.Page.SetCheckedAsync("#RememberMe", remember);
        await tab.Page.ClickAsync("main button:not([type=button])");
    }

    /// <summary>Signs in and waits for the account page.</summary>
    public static async Task<AccountPage> SignInAsync(Tab tab, TestUser user)
    {
        await (await OpenAsync(tab)).SignInAsync(user.Email, user.Password);
        await tab.IsAtAsync("/account");
        return new(tab);
    }
}
