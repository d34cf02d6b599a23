using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary><c>/forgot-password</c> and <c>/reset-password</c></summary>
public sealed class PasswordResetPages(Tab tab)
{
    public async Task RequestAsync(string email)
    {
        await tab.GoAsync("/forgot-password");
        await tab.Page.FillAsync("#Email", email);
        await tab.Page.ClickAsync("main button:not([type=button])");
        await tab.IsAtAsync("/reset-password");
    }

    public async Task ResetAsync(Mail mail, string password)
    {
        await tab.GoAsync(mail.Link);
        await SubmitAsync(password);
    }

    public async Task ResetByCodeAsync(string code, string password)
    {
        await tab.Page.FillAsync("#Code", code);
        await SubmitAsync(password);
    }

    private async Task SubmitAsync(string password)
    {
        await tab.Page.FillAsync("#Password", password);
        await tab.Page.ClickAsync("main button:not([type=button])");
    }
}
