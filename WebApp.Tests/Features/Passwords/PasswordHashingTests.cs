using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using WebApp.Features.Passwords;

namespace WebApp.Tests.Features.Passwords;

/// <summary>The queue with real hashes.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PasswordHashingTests
{
    [Test]
    public async Task Many_at_once_each_get_their_own_answer()
    {
        using var hashing = Hashing(queueLength: 1000);
        var passwords = Enumerable.Range(0, 100).Select(n => $"password {n}").ToArray();

        var hashes = await Task.WhenAll(passwords.Select(password => Task.Run(() => hashing.HashAsync(password, default))));
        var right = await Task.WhenAll(passwords.Zip(hashes, (password, hash) => Task.Run(() => hashing.VerifyAsync(hash, password, default))));
        var wrong = await Task.WhenAll(passwords.Zip(hashes.Skip(1), (password, next) => Task.Run(() => hashing.VerifyAsync(next, password, default))));

        Assert.Multiple(() =>
        {
            Assert.That(right, Is.All.EqualTo(PasswordVerdict.Right));
            Assert.That(wrong, Is.All.EqualTo(PasswordVerdict.Wrong));
        });
    }

    [Test]
    public async Task Too_long_a_password_is_wrong_and_cannot_be_hashed()
    {
        using var hashing = Hashing(queueLength: 10);
        var tooLong = new string('a', 257);

        Assert.That(await hashing.VerifyAsync(null, tooLong, default), Is.EqualTo(PasswordVerdict.Wrong));
        Assert.That(() => hashing.HashAsync(tooLong, default), Throws.ArgumentException);
    }

    [Test]
    public void A_caller_who_has_left_is_not_served()
    {
        using var hashing = Hashing(queueLength: 10);

        Assert.That(() => hashing.HashAsync("password", new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    private static PasswordHashing Hashing(int queueLength)
    {
        var options = Options.Create(new PasswordOptions { WorkFactor = 4, QueueLength = queueLength });
        return new(new PasswordHasher(options), options, TimeProvider.System, NullLogger<PasswordHashing>.Instance);
    }
}
