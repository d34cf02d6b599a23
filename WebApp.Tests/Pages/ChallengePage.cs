using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary><c>/login/mfa</c>, and <c>/reauthenticate</c> of a user with a second factor.</summary>
public sealed class ChallengePage(Tab tab)
{
    public ILocator Code => tab.Page.Locator("#Code");

    public ILocator Error => tab.Page.Locator("#Code-error");

    public ILocator Alert => tab.Page.GetByRole(AriaRole.Alert);

    public Task ChooseAsync(string method) => tab.Page.GetByRole(AriaRole.Link, new() { Name = method }).ClickAsync();

    public async Task SendCodeAsync()
    {
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Send the code" }).ClickAsync();
        await Assertions.Expect(Code).ToBeVisibleAsync();
    }

    public ILocator SendAnother => tab.Page.GetByRole(AriaRole.Button, new() { Name = "send a new code" });

    /// <summary>Asks for another code before the button can be pressed.</summary>
    public Task SendAnotherTooSoonAsync() => tab.Page.EvalOnSelectorAsync("form[data-resend]", "form => form.submit()");

    public Task UsePasskeyAsync() => tab.Page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();

    public async Task AnswerAsync(string code, bool trust = false)
    {
        await Code.FillAsync(code);
        if (trust)
        {
            await tab.Page.CheckAsync("#TrustDevice");
        }

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }
}
