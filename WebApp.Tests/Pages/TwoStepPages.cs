using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary><c>/account/mfa</c> and what lies below it.</summary>
public sealed class TwoStepPages(Tab tab)
{
    public ILocator Factor(string name) => tab.Page.GetByRole(AriaRole.Region, new() { Name = "Factors" }).GetByRole(AriaRole.Listitem).Filter(new() { HasText = name });

    public ILocator FieldError => tab.Page.Locator(".field-error");

    public ILocator Codes => tab.Page.Locator("[data-codes] li");

    public ILocator Button(string name) => tab.Page.GetByRole(AriaRole.Button, new() { Name = name });

    public async Task<TwoStepPages> OpenAsync()
    {
        await tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Account settings" }).GetByRole(AriaRole.Link, new() { Name = "Two-step sign-in" }).ClickAsync();
        await tab.IsAtAsync("/account/mfa");
        return this;
    }

    public Task OpenFactorAsync(string name) => Factor(name).GetByRole(AriaRole.Link).ClickAsync();

    /// <summary>Takes the secret that the page shows over into a phone.</summary>
    public async Task<Authenticator> ScanAsync() => new(await tab.Page.Locator(".secret").InnerTextAsync());

    public async Task ConfirmAsync(string code)
    {
        await tab.Page.FillAsync("#Code", code);
        await Button("Turn on").ClickAsync();
    }

    /// <summary>Adds an authenticator app, from its page on.</summary>
    public async Task<Authenticator> AddPhoneAsync()
    {
        await Button("Add an authenticator app").ClickAsync();
        var phone = await ScanAsync();
        await ConfirmAsync(phone.CodeAt(DateTimeOffset.UtcNow));
        await Assertions.Expect(Codes).ToHaveCountAsync(10);
        return phone;
    }

    /// <summary>Presses "Download as a file"; what is in the file.</summary>
    public async Task<string> DownloadAsync()
    {
        var download = await tab.Page.RunAndWaitForDownloadAsync(() => Button("Download as a file").ClickAsync());
        Assert.That(download.SuggestedFilename, Is.EqualTo("recovery-codes.txt"));
        using var reader = new StreamReader(await download.CreateReadStreamAsync());
        return await reader.ReadToEndAsync();
    }
}
