@echo off
rem The same entry on Windows. Nobody has run this file yet: take it as a list of steps, and tell us what breaks.
setlocal
cd /d "%~dp0"
where cargo >nul 2>nul || (echo Rust is missing: install it from https://rustup.rs & exit /b 1)
where npm >nul 2>nul || (echo Node is missing: install version 22 from https://nodejs.org & exit /b 1)
if "%1"=="run" goto run
if "%1"=="test" goto test
if "%1"=="bundle" goto bundle
echo dev run ^| dev test ^| dev bundle     (not tested on Windows)
exit /b 0

:page
if not exist ui\node_modules (pushd ui & call npm ci & popd)
pushd ui & call npm run build & popd
exit /b %errorlevel%

:run
call :page || exit /b 1
cargo build --workspace --bins || exit /b 1
target\debug\casebook.exe models add minilm-l6-v2 || echo The default model could not be fetched: items will not be scored.
set CASES=%APPDATA%\casebook
if not exist "%CASES%" mkdir "%CASES%"
if not exist "%CASES%\samples.casebook" (
  target\debug\casebook.exe new "%CASES%\samples.casebook" || exit /b 1
  target\debug\casebook.exe import "%CASES%\samples.casebook" samples\items.jsonl || exit /b 1
)
target\debug\casebook-window.exe "%CASES%\samples.casebook"
exit /b %errorlevel%

:test
rem The journey in the real window needs Xvfb and WebKitWebDriver, so it runs on Linux only.
call :page || exit /b 1
cargo fmt --all --check || exit /b 1
cargo clippy --workspace --all-targets -- -D warnings || exit /b 1
cargo test --workspace || exit /b 1
pushd ui & call npm run check && call npx --no-install vitest run & popd
exit /b %errorlevel%

:bundle
call :page || exit /b 1
ui\node_modules\.bin\tauri build --bundles nsis
exit /b %errorlevel%
