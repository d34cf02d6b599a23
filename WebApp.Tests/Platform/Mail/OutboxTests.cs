using System.Text;
using Microsoft.AspNetCore.DataProtection;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Mail;

namespace WebApp.Tests.Platform.Mail;

[Parallelizable(ParallelScope.All)]
public sealed class OutboxTests
{
    [Test]
    public async Task Mail_of_a_transaction_that_was_rolled_back_is_never_sent()
    {
        var bench = await OutboxBench.CreateAsync();
        await using (var db = await bench.OpenAsync())
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            bench.Outbox.Add(db, "ada@example.net", new("Subject", "text", "html"), "test");
            await db.SaveChangesAsync();
            Assert.That(await bench.DeliverNextAsync(), Is.False, "not before the commit");
            await transaction.RollbackAsync();
        }

        Assert.That(await bench.DeliverNextAsync(), Is.False);
        await bench.QueueAsync();
        Assert.That(await bench.DeliverNextAsync(), Is.True, "a committed one is");
    }

    [Test]
    public async Task A_row_discloses_neither_the_address_nor_the_text()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync("ada@example.net", "Code: 12345678");

        var row = await bench.RowAsync();

        Assert.That(Encoding.Latin1.GetString(row.Body!), Does.Not.Contain("ada").And.Not.Contain("12345678"));
        Assert.That(bench.Cipher.Open(row.Id, row.Body!), Is.EqualTo(new OutgoingMail(row.Id, "ada@example.net", new("Subject", "Code: 12345678", "<p>html</p>"))));
    }

    [Test]
    public async Task Decoy_leaves_a_finished_row_and_is_never_sent()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync(deliver: false);

        Assert.That(await bench.DeliverNextAsync(), Is.False);
        var row = await bench.RowAsync();
        Assert.That((row.Body, row.SentAt), Is.EqualTo(((byte[]?)null, (DateTimeOffset?)bench.Time.GetUtcNow())));
        Assert.That(bench.Transport.Accepted, Is.Empty);
    }

    [TestCase("ada@example.net\r\nBcc: eve@example.net")]
    [TestCase("ada@example.net\nBcc: eve@example.net")]
    [TestCase("ada\r\n@example.net")]
    [TestCase("\"ada\r\n Bcc: eve@example.net\"@example.net")]
    [TestCase("ada@example.net, eve@example.net")]
    [TestCase("ada@example.net;eve@example.net")]
    [TestCase("Ada <ada@example.net>")]
    [TestCase("<ada@example.net>")]
    [TestCase("ada(comment)@example.net")]
    [TestCase(" ada@example.net")]
    [TestCase("ada@example.net\0")]
    [TestCase("ada\u202e@example.net")]
    [TestCase("ada\u2028@example.net")]
    [TestCase("ada\ud800@example.net")]
    [TestCase("ada")]
    [TestCase("@example.net")]
    [TestCase("ada@")]
    [TestCase("")]
    [TestCase(null)]
    public void What_is_not_one_bare_address_is_refused(string? address)
    {
        Assert.That(Recipient.IsValid(address), Is.False);
        var outbox = new Outbox(new(new EphemeralDataProtectionProvider(), new(new byte[MasterKey.Size])), TimeProvider.System);

        // Refused before the context is touched: there is none.
        Assert.That(() => outbox.Add(null!, address!, new("Subject", "text", "html"), "test"), Throws.ArgumentException);
    }

    [TestCase("ada@example.net")]
    [TestCase("ada+tag@sub.example.co.uk")]
    [TestCase("o'brien_x-y.z@example.net")]
    [TestCase("jörg@bücher.example")]
    [TestCase("ada@localhost")]
    public void Real_addresses_are_accepted(string address) => Assert.That(Recipient.IsValid(address), Is.True);

    [Test]
    public void Address_longer_than_a_path_is_refused() =>
        Assert.That(Recipient.IsValid(new string('a', 64) + "@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 4))), Is.False);

    [TestCase("Hello\r\nBcc: eve@example.net")]
    [TestCase("Hello\nthere")]
    [TestCase("Hello\u0085there")]
    public void Subject_of_more_than_one_line_is_refused(string subject) =>
        Assert.That(() => new MailContent(subject, "text", "html"), Throws.ArgumentException);

    [Test]
    public void Mail_does_not_print_itself()
    {
        var content = new MailContent("Subject", "s3cret", "s3cret");

        Assert.That($"{content} {new OutgoingMail(Guid.Empty, "ada@example.net", content)}", Does.Not.Contain("s3cret").And.Not.Contain("ada"));
    }
}
