namespace WebApp.Platform.Data;

/// <summary>A database server that this process runs, where it runs one. It must be disposed after all connections to it.</summary>
public interface IDatabaseServer : IAsyncDisposable;
