using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary><c>/device</c> and what follows it.</summary>
public sealed class DevicePages(Tab tab)
{
    public ILocator Code => tab.Page.Locator("#UserCode");

    public ILocator FieldError => tab.Page.Locator(".field-error");

    public ILocator ShownCode => tab.Page.Locator(".device-code");

    public ILocator Facts => tab.Page.Locator(".facts");

    public ILocator Warning => tab.Page.Locator(".notice-warning");

    public ILocator Title => tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public static async Task<DevicePages> OpenAsync(Tab tab)
    {
        await tab.GoAsync("/device");
        return new(tab);
    }

    public async Task TypeAsync(string code)
    {
        await Code.FillAsync(code);
        await ContinueAsync();
    }

    public Task ContinueAsync() => PressAsync("Continue");

    public Task ApproveAsync() => PressAsync("Approve");

    public Task DenyAsync() => PressAsync("Deny");

    private Task PressAsync(string name) => tab.Page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();
}
