using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using WebApp.Platform.Data;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Tests.Support;

namespace WebApp.Tests.Browser;

/// <summary>Development's mailbox, and the mails as a browser shows them: axe looks into the frame too.</summary>
[TestFixture(ColorScheme.Light, 1280)]
[TestFixture(ColorScheme.Dark, 360)]
[Category("Browser")]
public sealed class MailboxTests(ColorScheme scheme, int width)
{
    private static AppOptions App => new() { BaseUrl = TestApp.Shared.BaseAddress };
    private static readonly Occasion Occasion = new(DateTimeOffset.UnixEpoch, null, "Firefox on Linux");

    private static IEnumerable<TestCaseData> Mails =>
    [
        new((Func<MailContent>)(() => ConfirmEmailMail.Compose(App, new string('t', 43), "12345678", 24, new(DateTimeOffset.UnixEpoch, null, null)))) { TestName = "Confirmation_is_sound" },
        new((Func<MailContent>)(() => SessionReusedMail.Compose(App, "Laptop", Occasion, new string('n', 43)))) { TestName = "Warning_is_sound" },
    ];

    [TestCaseSource(nameof(Mails))]
    public async Task Mail_is_sound(Func<MailContent> compose)
    {
        var id = await QueueAsync(compose());
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await tab.GoAsync("/dev/mailbox");
        await tab.AssertSoundAsync();
        await tab.GoAsync($"/dev/mailbox/{id}");
        await tab.Page.FrameLocator("iframe").GetByRole(AriaRole.Heading).WaitForAsync();
        await tab.AssertSoundAsync();
    }

    [Test]
    public async Task Button_in_the_mail_leads_to_the_page()
    {
        var id = await QueueAsync(ConfirmEmailMail.Compose(App, "unknown", "12345678", 24, new(DateTimeOffset.UnixEpoch, null, null)));
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await tab.GoAsync($"/dev/mailbox/{id}");

        await tab.Page.FrameLocator("iframe").GetByRole(AriaRole.Link, new() { Name = "Confirm your address", Exact = true }).ClickAsync();

        await tab.IsAtAsync("/confirm-email");
    }

    [Test]
    public async Task Script_in_a_mail_does_not_run()
    {
        var id = await QueueAsync(new("Hostile", "text", "<html lang=en><head><title>t</title></head><body><h1>kept</h1><script>document.querySelector('h1').textContent='ran'</script></body></html>"));
        await using var tab = await Chromium.OpenAsync(scheme, width);
        await tab.GoAsync($"/dev/mailbox/{id}");

        await Assertions.Expect(tab.Page.FrameLocator("iframe").GetByRole(AriaRole.Heading)).ToHaveTextAsync("kept");
    }

    private static async Task<Guid> QueueAsync(MailContent content)
    {
        await using var db = await TestApp.Shared.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();
        TestApp.Shared.Services.GetRequiredService<Outbox>().Add(db, $"mailbox-{Guid.NewGuid():N}@example.org", content, "test");
        await db.SaveChangesAsync();
        return db.ChangeTracker.Entries<OutboxMessage>().Single().Entity.Id;
    }
}
