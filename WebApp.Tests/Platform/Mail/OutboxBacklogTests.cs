using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Mail.Transports;

namespace WebApp.Tests.Platform.Mail;

/// <summary>Which message is next, which is too late, and what an older node wrote.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OutboxBacklogTests
{
    [Test]
    public async Task The_most_urgent_goes_first_and_of_those_the_oldest()
    {
        var bench = await OutboxBench.CreateAsync();
        foreach (var kind in new[] { AlertDigestMail.Kind, NewDeviceMail.Kind, "unknown", ConfirmEmailMail.Kind, ResetPasswordMail.Kind, SignInCodeMail.Kind })
        {
            await bench.QueueAsync($"{kind}@example.net", kind: kind);
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        while (await bench.DeliverNextAsync())
        {
        }

        Assert.That(bench.Transport.Accepted.Select(mail => mail.To.Split('@')[0]), Is.EqualTo([SignInCodeMail.Kind, ConfirmEmailMail.Kind, ResetPasswordMail.Kind, NewDeviceMail.Kind, "unknown", AlertDigestMail.Kind]));
    }

    [Test]
    public async Task A_mail_that_has_expired_is_not_sent_even_before_it_is_dropped()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync(kind: SignInCodeMail.Kind);
        bench.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.That(await bench.DeliverNextAsync(), Is.False);
        await bench.Backlog.DropExpiredAsync(default);

        var row = await bench.RowAsync();
        Assert.That((row.Expired, row.FailedAt, row.Body, row.SentAt), Is.EqualTo((true, (DateTimeOffset?)bench.Time.GetUtcNow(), (byte[]?)null, (DateTimeOffset?)null)));
        Assert.That(bench.Transport.Accepted, Is.Empty);
    }

    [Test]
    public async Task A_mail_in_the_mailbox_of_Development_stays_readable_after_it_has_expired()
    {
        var bench = new OutboxBench(await OutboxDatabase.CreateAsync()) { Transport = new() { KeepsMail = true } };
        await bench.QueueAsync(kind: SignInCodeMail.Kind);
        bench.Time.Advance(TimeSpan.FromHours(1));

        await bench.Backlog.DropExpiredAsync(default);
        Assert.That(await bench.DeliverNextAsync(), Is.True);

        var row = await bench.RowAsync();
        Assert.That((row.Expired, row.Body is null, row.SentAt), Is.EqualTo((false, false, (DateTimeOffset?)bench.Time.GetUtcNow())));
    }

    [Test]
    public async Task Dropping_does_not_wait_for_a_mail_that_is_being_sent()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync(kind: SignInCodeMail.Kind);
        await using var claim = await bench.Backlog.ClaimAsync(new(8), default);
        bench.Time.Advance(TimeSpan.FromHours(1));

        await bench.Backlog.DropExpiredAsync(default).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.That((await bench.RowAsync()).Expired, Is.False);
    }

    [Test]
    public async Task A_code_is_tried_often_while_it_works_and_is_due_again_no_later_than_it_expires()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync(kind: SignInCodeMail.Kind);
        bench.Transport.Send = (_, _) => Task.FromResult<DeliveryResult>(new DeliveryResult.Deferred("450 greylisted"));
        var expiry = (await bench.RowAsync()).ExpiresAt!.Value;
        var tries = 0;
        while (await bench.DeliverNextAsync())
        {
            tries++;
            var next = (await bench.RowAsync()).NextAttemptAt;
            Assert.That(next - bench.Time.GetUtcNow(), Is.LessThanOrEqualTo(TimeSpan.FromSeconds(30)));
            Assert.That(next, Is.LessThanOrEqualTo(expiry));
            bench.Time.Advance(next - bench.Time.GetUtcNow());
        }

        Assert.That(tries, Is.GreaterThanOrEqualTo(20));
        Assert.That(bench.Time.GetUtcNow(), Is.EqualTo(expiry));
    }

    [Test]
    public async Task What_a_node_of_the_version_before_queued_is_sent_unless_it_has_expired()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync("fresh@example.net", kind: NewDeviceMail.Kind);
        await bench.QueueAsync("stale@example.net", kind: ResetPasswordMail.Kind);
        await using var db = await bench.OpenAsync();
        await db.Database.ExecuteSqlAsync($"UPDATE outbox_messages SET priority = DEFAULT, expired = DEFAULT, expires_at = NULL, recipient_domain = NULL");
        bench.Time.Advance(TimeSpan.FromHours(3));

        while (await bench.DeliverNextAsync())
        {
        }

        Assert.That(bench.Transport.Accepted.Select(mail => mail.To), Is.EqualTo(["fresh@example.net"]));
        Assert.That(await db.OutboxMessages.SingleAsync(m => m.Kind == ResetPasswordMail.Kind), Has.Property("Expired").True.And.Property("Body").Null);
    }

    [Test]
    public async Task A_refused_mail_whose_link_has_expired_is_not_tried_again_by_hand_and_its_text_is_erased()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync(kind: ResetPasswordMail.Kind);
        bench.Transport.Send = (_, _) => Task.FromResult<DeliveryResult>(new DeliveryResult.Refused("550 no"));
        await bench.DeliverNextAsync();
        await using var db = await bench.OpenAsync();
        var oversight = new OutboxOversight(db, bench.Time);
        Assert.That((await oversight.ListAsync(null, null, 1, default)).Single().CanRetry, Is.True);

        bench.Time.Advance(TimeSpan.FromHours(2));

        Assert.That((await oversight.ListAsync(null, null, 1, default)).Single().CanRetry, Is.False);
        Assert.That(await oversight.RetryAsync(null, default), Is.Zero);
        await bench.Pruning.PruneAsync(default);
        Assert.That((await bench.RowAsync()).Body, Is.Null);
    }

    [Test]
    public async Task Domains_are_distinguished_whatever_their_case_and_not_named()
    {
        var bench = await OutboxBench.CreateAsync();
        var (one, other) = (bench.Cipher.HashDomain("ada@Example.net"), bench.Cipher.HashDomain("ada@example.com"));

        Assert.That(one, Is.EqualTo(bench.Cipher.HashDomain("grace@example.NET")).And.Not.EqualTo(other));
        Assert.That(new OutboxCipher(new EphemeralDataProtectionProvider(), new(Enumerable.Repeat((byte)1, 32).ToArray())).HashDomain("ada@example.net"), Is.Not.EqualTo(one), "Another master key.");
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(8)]
    [TestCase(64)]
    public void Neither_a_domain_nor_what_is_less_urgent_takes_all_places(int count)
    {
        var least = Fill(count, i => Notice(i));
        Assert.That(least, Is.EqualTo(Math.Max(1, count / 2)), "notices to many domains");
        var one = Fill(count, _ => Code(1));
        Assert.That(one, Is.InRange(1, Math.Max(1, count - 1)), "codes to one domain");
        Assert.That(Fill(count, i => Code(i)), Is.EqualTo(count), "codes to many domains");
        Assert.That(Fill(count, _ => Notice(1)), Is.EqualTo(Math.Max(1, count / 4)), "notices to one domain");
    }

    /// <summary>How many such messages find a place.</summary>
    private static int Fill(int count, Func<int, OutboxMessage> next)
    {
        var places = new OutboxPlaces(count);
        for (var taken = 0; ; taken++)
        {
            var message = next(taken);
            if (places.Find() is not { } vacancy || (short)message.Priority > vacancy.LeastPriority
                || (message.Priority == MailPriority.Code ? vacancy.FullDomainsForCodes : vacancy.FullDomains).Contains(message.RecipientDomain!.Value))
            {
                return taken;
            }

            places.Take(message);
        }
    }

    private static OutboxMessage Code(long domain) => Message(MailPriority.Code, domain);

    private static OutboxMessage Notice(long domain) => Message(MailPriority.Notice, domain);

    private static OutboxMessage Message(MailPriority priority, long domain) => new() { Kind = "test", Priority = priority, RecipientDomain = domain, CreatedAt = default, NextAttemptAt = default };
}
