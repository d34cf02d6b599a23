using Microsoft.Playwright;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Browser;

/// <summary>The console as an administrator uses it: a story for each section, with and without JavaScript.</summary>
[Category("Browser")]
public sealed class ConsoleTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Somebody_is_found_locked_out_at_their_next_click_and_let_in_again(bool javaScript)
    {
        var (administrator, user) = (await TestApp.Shared.CreateAdminAsync(), await TestApp.Shared.CreateUserAsync("Ada Lovelace"));
        await using var theirs = await Chromium.OpenAsync();
        await LoginPage.SignInAsync(theirs, user);
        await using var tab = await Chromium.OpenAsync(javaScript: javaScript);
        var console = await ConsolePages.OpenAsync(tab, administrator);
        await console.SearchAsync(user.Email);
        await Expect(console.Users).ToHaveCountAsync(1);
        await console.Link("Ada Lovelace").ClickAsync();
        await Expect(console.Rows("session")).ToHaveCountAsync(1);
        await console.MoreAsync("Lock");
        await Expect(console.Title).ToHaveTextAsync("Lock Ada Lovelace?");
        await console.Button("Lock").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The account is locked.");
        await Expect(console.Rows("session")).ToHaveCountAsync(0);
        await Expect(tab.Page.Locator("[data-event=account_closed]")).ToContainTextAsync($"by {administrator.Email}");

        await theirs.GoAsync("/account");
        await theirs.IsAtAsync("/login");
        await new LoginPage(theirs).SignInAsync(user.Email, user.Password);
        await Expect(new LoginPage(theirs).Alert).ToBeVisibleAsync();

        await console.Link("Unlock").ClickAsync();
        await console.Button("Unlock").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The account is unlocked.");
        await LoginPage.SignInAsync(theirs, user);
    }

    [Test]
    public async Task A_role_is_made_given_taken_and_deleted()
    {
        var (administrator, user) = (await TestApp.Shared.CreateAdminAsync(), await TestApp.Shared.CreateUserAsync());
        await using var tab = await Chromium.OpenAsync();
        await using var theirs = await Chromium.OpenAsync();
        await LoginPage.SignInAsync(theirs, user);
        var console = await ConsolePages.OpenAsync(tab, administrator);
        var name = $"help-{Guid.NewGuid():N}";
        await console.Section("Roles").ClickAsync();
        await console.Link("Create role").ClickAsync();
        await tab.Page.FillAsync("#Name", "Not A Name");
        await tab.Page.CheckAsync("[value='users.read']");
        await console.Button("Create role").ClickAsync();
        await Expect(tab.Page.Locator("#Name-error")).ToBeVisibleAsync();
        await tab.Page.FillAsync("#Name", name);
        await console.Button("Create role").ClickAsync();
        await Expect(tab.Page.Locator($"[data-role='{name}']")).ToContainTextAsync("users.read");

        await tab.GoAsync($"/admin/users/{user.Id}/roles");
        await tab.Page.CheckAsync($"[value='{name}']");
        await console.Button("Save the roles").ClickAsync();
        await Expect(tab.Page.Locator("[data-roles]")).ToContainTextAsync(name);
        await theirs.GoAsync("/account");
        await theirs.Page.GetByRole(AriaRole.Link, new() { Name = "Console" }).ClickAsync();
        await theirs.IsAtAsync("/admin/users");

        await console.Section("Roles").ClickAsync();
        await console.Link($"Delete {name}").ClickAsync();
        await Expect(tab.Page.Locator("main")).ToContainTextAsync("One person has it.");
        await console.Button("Delete the role").ClickAsync();
        await Expect(tab.Page.Locator($"[data-role='{name}']")).ToHaveCountAsync(0);
        await theirs.GoAsync("/admin/users");
        await theirs.IsAtAsync("/login");
    }

    [Test]
    public async Task A_group_is_found_renamed_handed_over_and_deleted()
    {
        var (administrator, owner, member) = (await TestApp.Shared.CreateAdminAsync(), await TestApp.Shared.CreateUserAsync("Ada"), await TestApp.Shared.CreateUserAsync("Grace"));
        var api = new ApiClient(TestApp.Shared);
        var name = $"Choir {Guid.NewGuid():N}";
        var group = await api.CreateGroupAsync((await api.LoginAsync(owner)).Access, name);
        await TestApp.Shared.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, 'member', now())", group, member.Id);
        await using var tab = await Chromium.OpenAsync();
        var console = await ConsolePages.OpenAsync(tab, administrator);
        await console.Section("Groups").ClickAsync();
        await console.SearchAsync(name[^12..]);
        await console.Link(name).ClickAsync();
        await console.Link("Rename").ClickAsync();
        await tab.Page.FillAsync("#Name", "Sunday choir");
        await console.Button("Rename the group").ClickAsync();
        await Expect(console.Title).ToHaveTextAsync("Sunday choir");
        await console.Link("Hand over to Grace").ClickAsync();
        await console.Button("Hand it over").ClickAsync();
        await Expect(tab.Page.Locator($"[data-member='{member.Id}']")).ToContainTextAsync("Owner");
        await Expect(tab.Page.Locator($"[data-member='{owner.Id}']")).ToContainTextAsync("Administrator");
        await console.Link("Delete").ClickAsync();
        await console.Button("Delete the group").ClickAsync();
        await Expect(console.Notice).ToContainTextAsync("The group is deleted.");
        Assert.That((await api.GroupsAsync((await api.LoginAsync(member)).Access)), Is.Empty);
    }

    [Test]
    public async Task An_administrator_sees_what_somebody_sees_and_becomes_himself_again()
    {
        var (administrator, user) = (await TestApp.Shared.CreateAdminAsync(), await TestApp.Shared.CreateUserAsync("Ada Lovelace"));
        await using var tab = await Chromium.OpenAsync();
        var console = await ConsolePages.OpenAsync(tab, administrator);
        await tab.GoAsync($"/admin/users/{user.Id}");
        await console.MoreAsync("View as user");
        await console.Button("Start").ClickAsync();
        await Expect(tab.Page.Locator("#Reason-error")).ToBeVisibleAsync();
        await tab.Page.FillAsync("#Reason", "She asked why her phone is not listed");
        await console.Button("Start").ClickAsync();
        await tab.IsAtAsync("/account");
        await Expect(tab.Page.Locator("main")).ToContainTextAsync(user.Email);
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Profile" }).First.ClickAsync();
        await Expect(tab.Page.Locator("#DisplayName")).ToBeDisabledAsync();

        // Whoever gets round that is refused by the server.
        await tab.Page.EvaluateAsync("document.querySelector('fieldset').disabled = false");
        await tab.Page.FillAsync("#DisplayName", "Mallory");
        await tab.Page.ClickAsync("main form .button");
        await Expect(console.Title).ToHaveTextAsync("Read-only: you are viewing Ada Lovelace's account");
        await console.Link("Back to their account").ClickAsync();
        await console.Button("Stop viewing").ClickAsync();
        await tab.IsAtAsync($"/admin/users/{user.Id}");
        await Expect(console.Title).ToHaveTextAsync("Ada Lovelace");
    }
}
