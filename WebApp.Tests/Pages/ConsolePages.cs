using Microsoft.Playwright;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary><c>/admin</c> and what is below it.</summary>
public sealed class ConsolePages(Tab tab)
{
    public ILocator Title => tab.Page.Locator("h1");

    public ILocator Notice => tab.Page.GetByRole(AriaRole.Status).First;

    public ILocator Users => Rows("user");

    /// <summary>Signs in and opens the console from the page's head.</summary>
    public static async Task<ConsolePages> OpenAsync(Tab tab, TestUser user)
    {
        await LoginPage.SignInAsync(tab, user);
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Console" }).ClickAsync();
        var console = new ConsolePages(tab);
        await console.Section("Users").ClickAsync();
        return console;
    }

    public ILocator Section(string name) => tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Console" }).GetByRole(AriaRole.Link, new() { Name = name });

    public ILocator Rows(string what) => tab.Page.Locator($"[data-{what}]");

    public ILocator Link(string name) => tab.Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Button(string name) => tab.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Chooses from the menu of an account's page.</summary>
    public async Task MoreAsync(string name)
    {
        await tab.Page.GetByText("More actions").ClickAsync();
        await Link(name).ClickAsync();
    }

    public async Task SearchAsync(string words)
    {
        await tab.Page.FillAsync("#query", words);
        await Button("Search").ClickAsync();
        await tab.Page.WaitForURLAsync("**query=**");
    }
}
