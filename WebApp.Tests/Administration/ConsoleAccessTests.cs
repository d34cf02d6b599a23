using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Areas.Admin;
using WebApp.Features.Roles;
using WebApp.Platform.Users;
using WebApp.Tests.Support;

namespace WebApp.Tests.Administration;

/// <summary>Who gets into the console, and where in it.</summary>
public sealed class ConsoleAccessTests : OwnApp
{
    private static readonly (string Method, string Path, string Permission, int Allowed)[] Calls =
    [
        ("GET", "/admin/users", Permission.UsersRead, 200),
        ("GET", $"/admin/users/{Guid.Empty}", Permission.UsersRead, 404),
        ("PATCH", $"/admin/users/{Guid.Empty}", Permission.UsersWrite, 404),
        .. from act in AccountAct.All select ("POST", $"/admin/users/{Guid.Empty}/{act.Name}", Permission.UsersWrite, 404),
    ];

    [Test]
    public void Every_page_of_the_console_is_marked_as_such_and_says_what_it_asks_for()
    {
        var pages = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("admin", StringComparison.Ordinal) && !e.RoutePattern.RawText.Contains("impersonation/end", StringComparison.Ordinal)).ToArray();
        Assert.That(pages, Has.Length.GreaterThan(20));
        Assert.That(pages.Where(e => e.Metadata.GetMetadata<ConsoleAttribute>() is null || e.Metadata.GetMetadata<RequirePermissionAttribute>() is null), Is.Empty);
        Assert.That(pages.Where(e => e.Metadata.GetRequiredMetadata<ControllerActionDescriptor>().ControllerTypeInfo.Namespace != "WebApp.Areas.Admin"), Is.Empty);
    }

    [Test]
    public async Task Every_section_has_its_title_as_heading()
    {
        var admin = await PageClient.SignInAsync(App, await App.CreateAdminAsync());
        foreach (var section in ConsoleSection.All)
        {
            Assert.That((await admin.GetAsync(section.Path)).Text, Does.Contain($"<h1>{section.Title}</h1>"), section.Path);
        }
    }

    [Test]
    public async Task Without_any_permission_there_is_no_console_and_with_one_only_its_sections()
    {
        var nobody = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var visitor = new PageClient(App);
        var (helper, _) = await App.CreateUserWithAsync(Permission.UsersRead);
        var reader = await PageClient.SignInAsync(App, helper);
        var admin = await PageClient.SignInAsync(App, await App.CreateAdminAsync());
        foreach (var (path, mine) in new[] { ("/admin/users", true), ("/admin/roles", false), ("/admin/groups", false), ($"/admin/users/{helper.Id}", true), ($"/admin/users/{helper.Id}/lock", false), ($"/admin/users/{helper.Id}/impersonate", false) })
        {
            Assert.That((int)(await visitor.GetAsync(path)).Status, Is.EqualTo(302), path);
            Assert.That((int)(await nobody.GetAsync(path)).Status, Is.EqualTo(404), path);
            Assert.That((int)(await reader.GetAsync(path)).Status, Is.EqualTo(mine ? 200 : 403), path);
            Assert.That((int)(await admin.GetAsync(path)).Status, Is.EqualTo(200), path);
        }

        Assert.That((int)(await nobody.GetAsync("/admin")).Status, Is.EqualTo(404));
        Assert.That((await reader.GetAsync("/admin")).Headers["Location"], Is.EqualTo("/admin/users"));
        Assert.That((int)(await admin.GetAsync("/admin")).Status, Is.EqualTo(200));
        Assert.That((await nobody.GetAsync("/account")).Text, Does.Not.Contain("Console</a>"));
        Assert.That((await reader.GetAsync("/account")).Text, Does.Contain("href=\"/admin/users\">Console</a>"));
        var list = (await reader.GetAsync("/admin/users")).Text;
        Assert.That(list, Does.Not.Contain("href=\"/admin/roles\"").And.Not.Contain("href=\"/admin/audit\""));
        Assert.That((await reader.GetAsync($"/admin/users/{(await App.CreateUserAsync()).Id}")).Text, Does.Not.Contain("/lock"));
    }

    [Test]
    public async Task A_call_about_accounts_wants_the_permission()
    {
        var admin = (await Api.LoginAsync(await App.CreateAdminAsync())).Access;
        var (with, _) = await App.CreateUserWithAsync(Permission.UsersRead, Permission.UsersWrite);
        var (without, _) = await App.CreateUserWithAsync(Permission.RolesWrite, Permission.AuditRead);
        var (owner, other, plain) = ((await Api.LoginAsync(with)).Access, (await Api.LoginAsync(without)).Access, (await Api.LoginAsync(await App.CreateUserAsync())).Access);
        foreach (var (method, path, permission, allowed) in Calls)
        {
            foreach (var (bearer, expected) in new[]
                {
                    (null, 401), (plain, 403), (other, 403), (owner, allowed), (admin, allowed),
                    (await Api.CreateTokenAsync(admin, "profile.read"), 403), (await Api.CreateTokenAsync(admin, permission), method == "GET" ? allowed : 403), // Changes want a recent authentication, which no API token has.
                })
            {
                var answer = await Api.SendAsync(new(method), path, method == "PATCH" ? new { display_name = "x" } : null, bearer);
                Assert.That((int)answer.Status, Is.EqualTo(expected), $"{method} {path} {answer.Text}");
            }
        }
    }
}
