using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

/// <summary>Accounts that move to another address.</summary>
public static class EmailChanges
{
    public static string NewAddress() => $"moved-{Guid.NewGuid():N}@example.org";

    public static async Task<string> MoveAsync(PageClient page, string address, TestApp? app = null)
    {
        await page.PostFormAsync("/account/email", ("Email", address));
        var mail = await Mailbox.NewestAsync(address, "/confirm-email-change", app?.BaseAddress);
        var answer = await page.PostFormAsync("/confirm-email-change", ("Token", mail.Token));
        Assert.That(answer.Location, Is.EqualTo("/account/email"), answer.Text);
        return address;
    }

    public static Task<string?> AddressAsync(TestUser user) => TestApp.Shared.QueryAsync<string>("SELECT email FROM users WHERE id = $1", user.Id);
}
