using WebApp.Platform.Http.Limits;

namespace WebApp.Tests.Platform.Http.Limits;

/// <summary>Refusals in a hurry are held back; few of them, or too many, are not.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RefusalPaceTests
{
    [Test]
    public void Beyond_the_pace_refusals_are_held_back_and_beyond_a_bound_they_are_not()
    {
        using var end = new CancellationTokenSource();
        var pace = new RefusalPace(new Stopped());

        var all = Enumerable.Range(0, 3000).Select(_ => pace.WaitAsync(end.Token).AsTask()).ToArray();

        Assert.That(all.Take(RefusalPace.PerSecond).All(task => task.IsCompletedSuccessfully), Is.True);
        Assert.That(all.Skip(RefusalPace.PerSecond).Take(RefusalPace.MaxHeld).Any(task => task.IsCompleted), Is.False);
        Assert.That(all.Skip(RefusalPace.PerSecond + RefusalPace.MaxHeld).All(task => task.IsCompletedSuccessfully), Is.True);
        end.Cancel();
        Assert.That(async () => await Task.WhenAll(all), Throws.Nothing, "whoever hangs up sets its place free");
    }

    [Test]
    public async Task What_is_held_back_goes_out_in_the_end_and_its_place_is_free_again()
    {
        var pace = new RefusalPace(TimeProvider.System);
        for (var round = 0; round < 2; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, RefusalPace.PerSecond + RefusalPace.MaxHeld).Select(_ => pace.WaitAsync(CancellationToken.None).AsTask()));
        }
    }

    // Its timers never fire.
    private sealed class Stopped : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
