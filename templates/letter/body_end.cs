
</body>
</html>
