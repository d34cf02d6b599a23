using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary><c>/confirm-email</c></summary>
public sealed class ConfirmEmailPage(Tab tab)
{
    public static async Task<ConfirmEmailPage> OpenAsync(Tab tab, Mail mail)
    {
        await tab.GoAsync(mail.Link);
        return new(tab);
    }

    public Task ConfirmAsync() => tab.Page.ClickAsync("main button:not([type=button])");

    public async Task ConfirmByCodeAsync(string code)
    {
        await tab.Page.FillAsync("#Code", code);
        await ConfirmAsync();
    }
}
